import { describe, expect, it } from '@jest/globals';
import { ownLayout } from '../histogram/bucket-layout.ts';
import type { EvidenceTick, TickLatency } from './evidence-tick.ts';
import {
  cohortDurations,
  convertGrouped,
  groupedTotal,
  layoutOf,
  mergeGrouped,
  noDurations,
  pooled,
  pooledByCohort,
  tickDurations,
  unknownGroup,
} from './grouped-durations.ts';

const scale = (value: number) => ({ kind: 'exponential', scale: value }) as const;

function tick(...latency: TickLatency[]): EvidenceTick {
  return { at: 1000, revision: 1, seconds: 1, units: [], latency, comparisons: [] };
}

function row(changes: Partial<TickLatency>): TickLatency {
  return { cohort: 'baseline', operation: 'read', buckets: { '4': 2 }, ...changes };
}

describe('cohortDurations', () => {
  it('keeps cohorts and groups apart, and adds reads and writes', () => {
    const taken = cohortDurations(
      tick(
        row({ group: 3 }),
        row({ group: 3, operation: 'write', buckets: { '4': 1, '5': 1 } }),
        row({ group: 9 }),
        row({ cohort: 'canary' }),
      ),
      ownLayout,
    );
    expect(taken.baseline[3]).toEqual({ '4': 3, '5': 1 });
    expect(taken.baseline[9]).toEqual({ '4': 2 });
    expect(taken.baseline[unknownGroup]).toEqual({});
    expect(taken.canary[unknownGroup]).toEqual({ '4': 2 });
    expect(pooledByCohort(taken)).toEqual({ canary: { '4': 2 }, baseline: { '4': 5, '5': 1 } });
  });

  it('brings finer histograms to the layout, and leaves out what cannot be', () => {
    const rows = [row({}), row({ layout: scale(3), buckets: { '2': 5 } })];
    const taken = cohortDurations(tick(...rows), scale(3));
    expect(pooled(taken.baseline)).toEqual({ '2': 7 });
    const others = cohortDurations(tick(...rows), { kind: 'explicit', bounds: [1] });
    expect(groupedTotal(others.baseline)).toBe(0);
  });
});

describe('tickDurations', () => {
  it('takes the rows that are wanted', () => {
    const both = tick(row({}), row({ operation: 'write', buckets: { '7': 1 } }));
    const writes = tickDurations(both, ownLayout, ({ operation }) => operation === 'write');
    expect(pooled(writes)).toEqual({ '7': 1 });
  });
});

describe('layoutOf', () => {
  it('is the one that all rows share, else the first; none for a tick without durations', () => {
    expect(layoutOf(tick())).toBeNull();
    expect(layoutOf(tick(row({})))).toBe(ownLayout);
    expect(layoutOf(tick(row({}), row({ layout: scale(2) })))).toEqual(scale(2));
    const explicit = { kind: 'explicit', bounds: [1] } as const;
    expect(layoutOf(tick(row({}), row({ layout: explicit })))).toBe(ownLayout);
  });
});

describe('grouped histograms', () => {
  const some = noDurations.map((_, slot) => ({ [slot]: slot }));

  it('add up by slot', () => {
    const twice = mergeGrouped(some, some);
    expect(twice[7]).toEqual({ '7': 14 });
    expect(groupedTotal(twice)).toBe(2 * groupedTotal(some));
  });

  it('can be made coarser', () => {
    expect(convertGrouped(some, ownLayout, scale(3))[7]).toEqual({ '3': 7 });
    expect(convertGrouped(some, ownLayout, ownLayout)).toBe(some);
  });
});
