import type { Cancel, Timing } from './timing.ts';

/** What has a time limit; one of a list that each leaves in one move, wherever it stands. */
export abstract class Pending {
  /** Monotonic milliseconds. */
  abstract readonly dueAt: number;
  before: Pending | null = null;
  after: Pending | null = null;

  /** The limit came first; called at most once. */
  abstract expire(): void;
}

/**
 * Time limits of many operations by one timer: a timer for each would cost more than all the rest of
 * a routed read. What arrived while this process was not running is in time (see `within`).
 */
export class Deadlines {
  readonly #timing: Timing;
  #last: Pending | null = null;
  #count = 0;
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
    pending.before = this.#last;
    if (this.#last !== null) this.#last.after = pending;
    this.#last = pending;
    this.#count += 1;
    // Its caller waits for an answer that only the timer may bring: the process must not end before.
    this.#release ??= this.#timing.hold();
    if (pending.dueAt < this.#armedFor) this.#arm(pending.dueAt);
  }

  /** It ended; does nothing for one that expired, or was never added. */
  remove(pending: Pending): void {
    const { before, after } = pending;
    if (before === null && after === null && this.#last !== pending) return;
    if (before !== null) before.after = after;
    if (after === null) this.#last = before;
    else after.before = before;
    pending.before = null;
    pending.after = null;
    this.#count -= 1;
    if (this.#count === 0) this.#releaseSoon();
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
    let pending = this.#last;
    while (pending !== null) {
      const { before } = pending;
      if (pending.dueAt > now) {
        next = Math.min(next, pending.dueAt);
      } else {
        this.remove(pending);
        pending.expire();
      }
      pending = before;
    }
    this.#armedFor = Number.POSITIVE_INFINITY;
    if (next < this.#armedFor) this.#arm(next);
  }

  /** One operation often follows the other: what was just let go would be taken again. */
  #releaseSoon(): void {
    if (this.#releasing) return;
    this.#releasing = true;
    this.#timing.soon(() => {
      this.#releasing = false;
      if (this.#count > 0) return;
      this.#release?.();
      this.#release = null;
    });
  }
}
