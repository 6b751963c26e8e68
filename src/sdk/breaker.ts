import type { Timing } from './timing.ts';

/** Errors and timeouts in a row that open it, and for how long. */
const tripsAfter = 5;
const pauseMs = 10_000;

/** Spares a side that fails: after too many failures in a row nothing is tried for a while. */
export class Breaker {
  readonly #timing: Timing;
  #failures = 0;
  #openUntil = Number.NEGATIVE_INFINITY;

  constructor(timing: Timing) {
    this.#timing = timing;
  }

  get isOpen(): boolean {
    return this.#timing.monotonicMs() < this.#openUntil;
  }

  succeeded(): void {
    this.#failures = 0;
  }

  /** After a pause one more failure is enough to pause again. */
  failed(): void {
    this.#failures += 1;
    if (this.#failures >= tripsAfter) this.#openUntil = this.#timing.monotonicMs() + pauseMs;
  }
}
