import type { Cancel, Timing } from './timing.ts';

/** What has a time limit. */
export interface Pending {
  /** Monotonic milliseconds. */
  readonly dueAt: number;
  /** The limit came first; called at most once. */
  expire(): void;
}

/**
 * Time limits of many operations by one timer: a timer for each would cost more than all the rest of
 * a routed read. What arrived while this process was not running is in time (see `within`).
 */
export class Deadlines {
  readonly #timing: Timing;
  readonly #pending = new Set<Pending>();
  #armedFor = Number.POSITIVE_INFINITY;
  #disarm: Cancel = () => {};
  #release: Cancel | null = null;
  #releasing = false;

  constructor(timing: Timing) {
    this.#timing = timing;
  }

  /** What never expires need not be added, and is not. */
  add(pending: Pending): void {
    if (pending.dueAt === Number.POSITIVE_INFINITY) return;
    this.#pending.add(pending);
    // Its caller waits for an answer that only the timer may bring: the process must not end before.
    this.#release ??= this.#timing.hold();
    if (pending.dueAt < this.#armedFor) this.#arm(pending.dueAt);
  }

  /** It ended; after it expired this does nothing. */
  remove(pending: Pending): void {
    if (this.#pending.delete(pending) && this.#pending.size === 0) this.#releaseSoon();
  }

  #arm(dueAt: number): void {
    this.#disarm();
    this.#armedFor = dueAt;
    const wait = Math.max(0, dueAt - this.#timing.monotonicMs());
    this.#disarm = this.#timing.after(wait, () => this.#timing.soon(() => this.#expire()));
  }

  #expire(): void {
    const now = this.#timing.monotonicMs();
    let next = Number.POSITIVE_INFINITY;
    for (const pending of this.#pending) {
      if (pending.dueAt > now) {
        next = Math.min(next, pending.dueAt);
      } else {
        this.#pending.delete(pending);
        pending.expire();
      }
    }
    this.#armedFor = Number.POSITIVE_INFINITY;
    if (next < this.#armedFor) this.#arm(next);
    if (this.#pending.size === 0) this.#releaseSoon();
  }

  /** One operation often follows the other: what was just let go would be taken again. */
  #releaseSoon(): void {
    if (this.#releasing) return;
    this.#releasing = true;
    this.#timing.soon(() => {
      this.#releasing = false;
      if (this.#pending.size > 0) return;
      this.#release?.();
      this.#release = null;
    });
  }
}
