import type { Cancel, Timing } from './timing.ts';

/**
 * When Crossfade last answered. What counts is when the answered report was sent, not when the
 * answer came: so this process never believes in a contact later than Crossfade does, and Crossfade
 * may rely on `maxStale` when it waits for a silent instance.
 */
export class Contact {
  readonly #timing: Timing;
  readonly #heartbeatMs: number;
  readonly #listeners = new Set<(sentAt: number) => void>();
  #last: number | null = null;

  constructor(timing: Timing, heartbeatMs: number) {
    this.#timing = timing;
    this.#heartbeatMs = heartbeatMs;
  }

  get made(): boolean {
    return this.#last !== null;
  }

  /** Milliseconds from the last contact to `now`; infinite before the first. */
  ageMs(now = this.#timing.monotonicMs()): number {
    return this.#last === null ? Number.POSITIVE_INFINITY : now - this.#last;
  }

  /** False after three missed heartbeats: Crossfade is out of reach for now. */
  isFresh(): boolean {
    return this.ageMs() <= 3 * this.#heartbeatMs;
  }

  /** A report that was sent at `sentAt` (monotonic) was answered. */
  answered(sentAt: number): void {
    this.#last = Math.max(this.#last ?? sentAt, sentAt);
    for (const listener of this.#listeners) listener(sentAt);
  }

  onAnswered(listener: (sentAt: number) => void): Cancel {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
