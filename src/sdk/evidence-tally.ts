import type {
  Cohort,
  ComparisonCounts,
  LatencyCounts,
  MigrationEvidence,
  MismatchKind,
  OperationKind,
  UnitCounts,
} from '../core/protocol/evidence.ts';
import type { Side } from '../core/protocol/route.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

type Counted = Required<UnitCounts>;

/** One cohort's counts by unit. */
type Rows = Readonly<Record<OperationKind, Map<string, Mutable<Counted>>>>;

interface Latency extends Omit<LatencyCounts, 'buckets'> {
  readonly buckets: Map<number, number>;
}

interface Comparisons extends Mutable<Omit<ComparisonCounts, 'kinds'>> {
  readonly kinds: Partial<Record<MismatchKind, number>>;
}

/** How a comparison ended: no difference, thrown away, or the kind of a confirmed difference. */
export type ComparisonOutcome = 'match' | 'void' | MismatchKind;

/** Counts of one migration under one revision; adds up, merges, and becomes the wire's shape. */
export class EvidenceTally {
  readonly migration: string;
  readonly revision: number;
  readonly served: Record<Side, number> = { old: 0, new: 0 };
  fallbacks = 0;
  withoutUnit = 0;
  #fromMs: number;
  #toMs: number;
  readonly #units: Readonly<Record<Cohort, Rows>> = {
    canary: { read: new Map(), write: new Map() },
    baseline: { read: new Map(), write: new Map() },
  };
  readonly #latency = new Map<number, Latency>();
  readonly #comparisons = new Map<string, Comparisons>();

  constructor(migration: string, revision: number, fromMs: number) {
    this.migration = migration;
    this.revision = revision;
    this.#fromMs = fromMs;
    this.#toMs = fromMs;
  }

  operation(unit: string, cohort: Cohort, operation: OperationKind, failed: boolean): void {
    const counts = this.#countsOf(unit, cohort, operation);
    counts.requests += 1;
    if (failed) counts.failed += 1;
  }

  /** `group`: the unit's ramp group, where it is known. */
  duration(cohort: Cohort, operation: OperationKind, bucket: number, group?: number): void {
    const buckets = this.#bucketsOf(cohort, operation, group);
    buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1);
  }

  comparison(unit: string, outcome: ComparisonOutcome): void {
    const row = this.#comparisonsOf(unit);
    if (outcome === 'void') row.void += 1;
    else row.compared += 1;
    if (outcome === 'void' || outcome === 'match') return;
    row.mismatched += 1;
    row.kinds[outcome] = (row.kinds[outcome] ?? 0) + 1;
  }

  /** Rows that this takes in a report; what its size is measured by. */
  get rows(): number {
    const { canary, baseline } = this.#units;
    const rows = [canary.read, canary.write, baseline.read, baseline.write, this.#comparisons];
    return rows.reduce((sum, { size }) => sum + size, 0);
  }

  endAt(toMs: number): void {
    this.#toMs = toMs;
  }

  /** Adds what another tally of the same migration and revision counted. */
  merge(other: EvidenceTally): void {
    this.#fromMs = Math.min(this.#fromMs, other.#fromMs);
    this.#toMs = Math.max(this.#toMs, other.#toMs);
    this.served.old += other.served.old;
    this.served.new += other.served.new;
    this.fallbacks += other.fallbacks;
    this.withoutUnit += other.withoutUnit;
    for (const { unit, cohort, operation, requests, failed } of other.#unitRows()) {
      const counts = this.#countsOf(unit, cohort, operation);
      counts.requests += requests;
      counts.failed += failed;
    }
    for (const { cohort, operation, group, buckets } of other.#latency.values()) {
      const sum = this.#bucketsOf(cohort, operation, group);
      for (const [bucket, count] of buckets) sum.set(bucket, (sum.get(bucket) ?? 0) + count);
    }
    for (const row of other.#comparisons.values()) this.#addComparisons(row);
  }

  /** The wire's shape, in pieces of at most `maxRows` rows; the totals stand in the first piece. */
  toEvidence(maxRows: number): readonly MigrationEvidence[] {
    const units = this.#unitRows();
    const comparisons = [...this.#comparisons.values()];
    const first = this.#piece(units.splice(0, maxRows), []);
    const pieces: MigrationEvidence[] = [
      {
        ...first,
        comparisons: comparisons.splice(0, maxRows - first.units.length),
        latency: [...this.#latency.values()].map(({ buckets, ...latency }) => ({
          ...latency,
          buckets: Object.fromEntries(buckets),
        })),
        fallbacks: this.fallbacks,
        withoutUnit: this.withoutUnit,
        served: { ...this.served },
      },
    ];
    while (units.length > 0) pieces.push(this.#piece(units.splice(0, maxRows), []));
    while (comparisons.length > 0) pieces.push(this.#piece([], comparisons.splice(0, maxRows)));
    return pieces;
  }

  #piece(
    units: readonly UnitCounts[],
    comparisons: readonly ComparisonCounts[],
  ): MigrationEvidence {
    return {
      migration: this.migration,
      revision: this.revision,
      fromMs: this.#fromMs,
      toMs: this.#toMs,
      units,
      latency: [],
      comparisons,
      fallbacks: 0,
      withoutUnit: 0,
      served: { old: 0, new: 0 },
    };
  }

  #unitRows(): Counted[] {
    const { canary, baseline } = this.#units;
    const rows = [baseline.read, baseline.write, canary.read, canary.write];
    return rows.flatMap((byUnit) => [...byUnit.values()]);
  }

  #countsOf(unit: string, cohort: Cohort, operation: OperationKind): Mutable<Counted> {
    const rows = this.#units[cohort][operation];
    let counts = rows.get(unit);
    if (counts === undefined) {
      counts = { unit, cohort, operation, requests: 0, failed: 0 };
      rows.set(unit, counts);
    }
    return counts;
  }

  #bucketsOf(cohort: Cohort, operation: OperationKind, group?: number): Map<number, number> {
    // A number, because a text would have to be made for every operation.
    const key = (group ?? -1) * 4 + (cohort === 'canary' ? 2 : 0) + (operation === 'write' ? 1 : 0);
    let latency = this.#latency.get(key);
    if (latency === undefined) {
      const ofGroup = group === undefined ? {} : { group };
      latency = { cohort, operation, ...ofGroup, buckets: new Map() };
      this.#latency.set(key, latency);
    }
    return latency.buckets;
  }

  #addComparisons(row: ComparisonCounts): void {
    const known = this.#comparisonsOf(row.unit);
    known.compared += row.compared;
    known.mismatched += row.mismatched;
    known.void += row.void;
    for (const [kind, count] of Object.entries(row.kinds) as [MismatchKind, number][]) {
      known.kinds[kind] = (known.kinds[kind] ?? 0) + count;
    }
  }

  #comparisonsOf(unit: string): Comparisons {
    let row = this.#comparisons.get(unit);
    if (row === undefined) {
      row = { unit, compared: 0, mismatched: 0, void: 0, kinds: {} };
      this.#comparisons.set(unit, row);
    }
    return row;
  }
}
