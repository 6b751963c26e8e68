import { CountsSum } from '../histogram/counts-sum.ts';
import { layoutName } from '../histogram/bucket-layout.ts';
import type { TickLatency } from '../judge/evidence-tick.ts';
import type { UnitCounts } from '../protocol/evidence.ts';
import type { CountedAs } from './read-attributes.ts';
import type { PointValue } from './series-point.ts';

/** What was received of one migration in one window. Plain JSON. */
export interface WindowCounts {
  /** By bucket, as units are called where nothing finer is known. */
  readonly units: readonly UnitCounts[];
  readonly latency: readonly TickLatency[];
  /** What makes the window's counts useless; null when nothing does. */
  readonly fault: string | null;
}

/** Adds up counts of one migration. */
export class WindowTally {
  readonly #units = new Map<string, { -readonly [Key in keyof UnitCounts]: UnitCounts[Key] }>();
  readonly #latency = new Map<string, { readonly row: TickLatency; readonly sum: CountsSum }>();
  #fault: string | null = null;

  add(counted: CountedAs, increase: PointValue): void {
    if (counted.kind === 'operations' && increase.kind === 'count') {
      const { cohort, operation, bucket, failed } = counted;
      const { count } = increase;
      const unit = `bucket ${bucket}`;
      this.#addUnit({ unit, cohort, operation, requests: count, failed: failed ? count : 0 });
    } else if (counted.kind === 'durations' && increase.kind === 'durations') {
      const { cohort, operation, group } = counted;
      const named = group === null ? { cohort, operation } : { cohort, operation, group };
      const { layout, durations } = increase;
      this.#addLatency({ ...named, layout, durations });
    }
  }

  /** The first fault is the one that is told. */
  spoil(fault: string): void {
    this.#fault ??= fault;
  }

  merge({ units, latency, fault }: WindowCounts): void {
    for (const one of units) this.#addUnit(one);
    for (const one of latency) this.#addLatency(one);
    if (fault !== null) this.spoil(fault);
  }

  get counts(): WindowCounts {
    return {
      units: [...this.#units.values()],
      latency: [...this.#latency.values()].map(({ row, sum }) => ({
        ...row,
        durations: sum.counts,
      })),
      fault: this.#fault,
    };
  }

  #addUnit(counts: UnitCounts): void {
    if (counts.requests === 0) return;
    const key = `${counts.unit} ${counts.cohort} ${counts.operation ?? ''}`;
    const before = this.#units.get(key);
    if (before === undefined) {
      this.#units.set(key, { ...counts });
      return;
    }
    before.requests += counts.requests;
    before.failed += counts.failed;
  }

  #addLatency(counts: TickLatency): void {
    if (counts.durations.counts.length === 0) return;
    const { cohort, operation, group, layout, durations } = counts;
    const key = `${cohort} ${operation} ${group} ${layout === undefined ? '' : layoutName(layout)}`;
    const before = this.#latency.get(key);
    if (before === undefined)
      this.#latency.set(key, { row: counts, sum: new CountsSum(durations) });
    else before.sum.add(durations);
  }
}
