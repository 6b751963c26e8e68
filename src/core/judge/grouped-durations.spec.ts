import { describe, expect, it } from '@jest/globals';
import { bucketCounts, noCounts } from '../histogram/bucket-counts.ts';
import { ownLayout } from '../histogram/bucket-layout.ts';
import type { EvidenceTick, TickLatency } from './evidence-tick.ts';
import {
  cohortDurations,
  convertGrouped,
  groupedDurations,
  groupedTotal,
  layoutOf,
  mergeGrouped,
  noDurations,
  pooled,
  pooledByCohort,
  readDurations,
  unknownGroup,
} from './grouped-durations.ts';

const scale = (value: number) => ({ kind: 'exponential', scale: value }) as const;

function tick(...latency: TickLatency[]): EvidenceTick {
  return { at: 1000, revision: 1, seconds: 1, units: [], latency, comparisons: [] };
}

function row(changes: Partial<TickLatency>): TickLatency {
  return { cohort: 'baseline', operation: 'read', durations: bucketCounts({ '4': 2 }), ...changes };
}

describe('cohortDurations', () => {
  it('keeps cohorts and groups apart, and adds reads and writes', () => {
    const rows = tick(
      row({ group: 3 }),
      row({ group: 3, operation: 'write', durations: bucketCounts({ '4': 1, '5': 1 }) }),
      row({ group: 9 }),
      row({ cohort: 'canary' }),
    );
    const taken = cohortDurations(readDurations(rows, ownLayout));
    expect(taken.baseline[3]).toEqual(bucketCounts({ '4': 3, '5': 1 }));
    expect(taken.baseline[9]).toEqual(bucketCounts({ '4': 2 }));
    expect(taken.baseline[unknownGroup]).toEqual(noCounts);
    expect(taken.canary[unknownGroup]).toEqual(bucketCounts({ '4': 2 }));
    expect(pooledByCohort(taken)).toEqual({
      canary: bucketCounts({ '4': 2 }),
      baseline: bucketCounts({ '4': 5, '5': 1 }),
    });
  });

  it('brings finer histograms to the layout, and leaves out what cannot be', () => {
    const rows = [row({}), row({ layout: scale(3), durations: bucketCounts({ '2': 5 }) })];
    const taken = cohortDurations(readDurations(tick(...rows), scale(3)));
    expect(pooled(taken.baseline)).toEqual(bucketCounts({ '2': 7 }));
    const explicit = readDurations(tick(...rows), { kind: 'explicit', bounds: [1] });
    const others = cohortDurations(explicit);
    expect(groupedTotal(others.baseline)).toBe(0);
  });
});

describe('groupedDurations', () => {
  it('takes the rows that are wanted', () => {
    const both = tick(row({}), row({ operation: 'write', durations: bucketCounts({ '7': 1 }) }));
    const read = readDurations(both, ownLayout);
    const writes = groupedDurations(read, ({ operation }) => operation === 'write');
    expect(pooled(writes)).toEqual(bucketCounts({ '7': 1 }));
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
  const some = noDurations.map((_, slot) => bucketCounts({ [slot]: slot }));

  it('add up by slot', () => {
    const twice = mergeGrouped(some, some);
    expect(twice[7]).toEqual(bucketCounts({ '7': 14 }));
    expect(groupedTotal(twice)).toBe(2 * groupedTotal(some));
  });

  it('can be made coarser', () => {
    expect(convertGrouped(some, ownLayout, scale(3))[7]).toEqual(bucketCounts({ '3': 7 }));
    expect(convertGrouped(some, ownLayout, ownLayout)).toBe(some);
  });
});
