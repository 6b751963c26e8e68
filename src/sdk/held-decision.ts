import type { Decision } from './decision.ts';
import type { InFlight, WorkUnder } from './in-flight.ts';

/** A decision in use: by its scope while that is open, and by every operation that still runs. */
export class HeldDecision {
  readonly decision: Decision;
  /** Freezes of this process before it was made. */
  readonly freezes: number;
  readonly #migration: string;
  readonly #inFlight: InFlight;
  #running = 0;
  #open = true;
  /** Where it is counted, while it is. */
  #work: WorkUnder | null = null;

  constructor(migration: string, decision: Decision, freezes: number, inFlight: InFlight) {
    this.#migration = migration;
    this.decision = decision;
    this.freezes = freezes;
    this.#inFlight = inFlight;
    this.#count();
  }

  /** One more user, who calls `leave` once. */
  enter(): void {
    this.#running += 1;
    this.#count();
  }

  leave(): void {
    this.#running -= 1;
    this.#endIfUnused();
  }

  /** Its scope needs it no longer. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#endIfUnused();
  }

  #count(): void {
    if (this.#work !== null || this.decision.side === 'old') return;
    this.#work = this.#inFlight.begin(this.#migration, this.decision.revision);
  }

  #endIfUnused(): void {
    const work = this.#work;
    if (this.#open || this.#running > 0 || work === null) return;
    this.#work = null;
    this.#inFlight.end(work);
  }
}
