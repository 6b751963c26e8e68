import type { Cancel, Timing } from './timing.ts';

/** How often a running process proves to itself that it runs. */
const beatMs = 250;

/**
 * Notices by the monotonic clock that this process did not run for a while (SIGSTOP, a long pause of
 * the machine, a blocked event loop). Meanwhile the world may have moved on without it, so it is
 * under suspicion until a report that was sent afterwards is answered.
 */
export class FreezeWatch {
  readonly #timing: Timing;
  readonly #freezeAfterMs: number;
  readonly #onFrozen: (since: number) => void;
  #lastBeat: number;
  #suspectSince: number | null = null;
  #freezes = 0;

  constructor(timing: Timing, freezeAfterMs: number, onFrozen: (since: number) => void) {
    this.#timing = timing;
    this.#freezeAfterMs = freezeAfterMs;
    this.#onFrozen = onFrozen;
    this.#lastBeat = timing.monotonicMs();
  }

  start(): Cancel {
    this.#lastBeat = this.#timing.monotonicMs();
    return this.#timing.every(beatMs, () => {
      const now = this.#timing.monotonicMs();
      this.#look(now);
      this.#lastBeat = now;
    });
  }

  /** Freezes so far; a decision made before the latest one must be made again. */
  get freezes(): number {
    return this.#freezes;
  }

  /** When the suspicion arose, monotonic; null while there is none. Looks at the clock, unless told `now`. */
  suspectSince(now = this.#timing.monotonicMs()): number | null {
    this.#look(now);
    return this.#suspectSince;
  }

  /** A report sent at `sentAt` was answered: whoever froze before that knows the present again. */
  confirmed(sentAt: number): void {
    if (this.#suspectSince !== null && sentAt >= this.#suspectSince) this.#suspectSince = null;
  }

  /** The first code that runs after a freeze may be a decision, not the beat: both look. */
  #look(now: number): void {
    if (now - this.#lastBeat <= this.#freezeAfterMs) return;
    this.#lastBeat = now;
    this.#suspectSince = now;
    this.#freezes += 1;
    this.#onFrozen(now);
  }
}
