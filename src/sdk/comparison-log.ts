import type { MismatchKind } from '../core/protocol/evidence.ts';
import type { Timing } from './timing.ts';
import type { Warnings } from './warnings.ts';

/** A confirmed difference, without the values. */
export interface MismatchSample {
  readonly unit: string;
  readonly kind: MismatchKind;
  /** Where the answers differ, such as `[0].birthdate`; five places at most. */
  readonly fields: readonly string[];
  /** Epoch milliseconds. */
  readonly at: number;
}

/** The newest samples are kept. */
const mostSamples = 10;
/** One read that differs from itself may have met a write of another process; many are its nature. */
const noisyFrom = 5;

/** What comparisons found, for the application's developer: the last differences, and the noise. */
export class ComparisonLog {
  readonly #timing: Timing;
  readonly #warnings: Warnings;
  readonly #samples = new Map<string, readonly MismatchSample[]>();
  readonly #noise = new Map<string, number>();

  constructor(timing: Timing, warnings: Warnings) {
    this.#timing = timing;
    this.#warnings = warnings;
  }

  mismatch(migration: string, sample: Omit<MismatchSample, 'at'>): void {
    const kept = [...this.samplesOf(migration), { ...sample, at: this.#timing.epochMs() }];
    this.#samples.set(migration, kept.slice(-mostSamples));
    const { kind, fields } = sample;
    const where = fields.length === 0 ? '' : `: ${fields.join(', ')}`;
    this.#warnings.once(
      `mismatch:${migration}:${kind}`,
      `the two sides of ${migration} answer differently (${kind}${where}); status() shows the last ${mostSamples} of them`,
    );
  }

  /** The serving side, read twice, differed from itself. */
  noise(migration: string): void {
    const count = this.noiseOf(migration) + 1;
    this.#noise.set(migration, count);
    if (count < noisyFrom) return;
    this.#warnings.once(
      `noise:${migration}`,
      `a read of ${migration} differs from itself when it is repeated, so comparing it proves nothing; leave out what changes by \`normalise\`, or do not declare it pure`,
    );
  }

  samplesOf(migration: string): readonly MismatchSample[] {
    return this.#samples.get(migration) ?? [];
  }

  noiseOf(migration: string): number {
    return this.#noise.get(migration) ?? 0;
  }
}
