/** A difference of a migration that is known to be noisy must be seen so often. */
const looksAtNoisy = 8;

/** How often the serving side is compared with itself. */
export interface Calibration {
  /** So many of a migration's first comparisons. */
  readonly first: number;
  /** Afterwards one in so many. */
  readonly oneIn: number;
}

/**
 * Knows which migrations have reads that differ from themselves: by comparisons of the serving side with
 * itself, before anything is compared with the other side and now and then later. One look more tells a
 * difference from a write of another process; it does not tell it from a read that flips a coin.
 */
export class NoiseFloor {
  readonly #calibration: Calibration;
  readonly #comparisons = new Map<string, number>();
  readonly #noisy = new Set<string>();

  constructor(calibration: Calibration = { first: 10, oneIn: 10 }) {
    this.#calibration = calibration;
  }

  /** Whether this comparison is to be one of the serving side with itself. Counts it. */
  takesNext(migration: string): boolean {
    const { first, oneIn } = this.#calibration;
    const before = this.#comparisons.get(migration) ?? 0;
    this.#comparisons.set(migration, before + 1);
    return before < first || before % oneIn === oneIn - 1;
  }

  differed(migration: string): void {
    this.#noisy.add(migration);
  }

  /** Looks after the first before a difference counts. */
  looksAt(migration: string): number {
    return this.#noisy.has(migration) ? looksAtNoisy : 1;
  }
}
