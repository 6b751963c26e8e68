import { describe, expect, it } from '@jest/globals';
import type { MigrationEvidence } from '../protocol/evidence.ts';
import { mergeEvidence, partSince } from './evidence-tick.ts';

function batch(parts: Partial<MigrationEvidence>): MigrationEvidence {
  return {
    migration: 'users-birthdate',
    revision: 3,
    fromMs: 0,
    toMs: 1000,
    units: [],
    latency: [],
    comparisons: [],
    fallbacks: 0,
    withoutUnit: 0,
    served: { old: 0, new: 0 },
    ...parts,
  };
}

describe('mergeEvidence', () => {
  it('adds up a unit that several instances served, by cohort', () => {
    const tick = mergeEvidence(
      [
        batch({ units: [{ unit: 'a', cohort: 'canary', requests: 5, failed: 1 }] }),
        batch({
          units: [
            { unit: 'a', cohort: 'canary', requests: 2, failed: 2 },
            { unit: 'a', cohort: 'baseline', requests: 9, failed: 0 },
          ],
        }),
      ],
      10_000,
      1,
    );
    expect(tick.units).toEqual([
      { unit: 'a', cohort: 'canary', requests: 7, failed: 3 },
      { unit: 'a', cohort: 'baseline', requests: 9, failed: 0 },
    ]);
  });

  it('keeps reads of a unit apart from its writes, and from what nobody could tell', () => {
    const unit = { unit: 'a', cohort: 'canary', requests: 1, failed: 0 } as const;
    const rows = [{ ...unit, operation: 'read' }, { ...unit, operation: 'write' }, unit] as const;
    const twice = mergeEvidence([batch({ units: rows }), batch({ units: rows })], 0, 1);
    expect(twice.units).toEqual(rows.map((row) => ({ ...row, requests: 2 })));
  });

  it('adds up histograms by cohort, operation and ramp group', () => {
    const read = { cohort: 'canary', operation: 'read' } as const;
    const tick = mergeEvidence(
      [
        batch({ latency: [{ ...read, buckets: { '1': 2, '5': 1 } }] }),
        batch({
          latency: [
            { ...read, buckets: { '5': 4 } },
            { ...read, operation: 'write', buckets: { '5': 8 } },
            { ...read, group: 3, buckets: { '5': 16 } },
          ],
        }),
      ],
      10_000,
      1,
    );
    expect(tick.latency).toEqual([
      { ...read, durations: { offset: 1, counts: [2, 0, 0, 0, 5] } },
      { ...read, operation: 'write', durations: { offset: 5, counts: [8] } },
      { ...read, group: 3, durations: { offset: 5, counts: [16] } },
    ]);
  });

  it('adds up comparisons and kinds of mismatch by unit', () => {
    const tick = mergeEvidence(
      [
        batch({
          comparisons: [{ unit: 'a', compared: 4, mismatched: 1, void: 1, kinds: { field: 1 } }],
        }),
        batch({
          comparisons: [
            { unit: 'a', compared: 6, mismatched: 3, void: 0, kinds: { field: 1, missing: 2 } },
          ],
        }),
      ],
      10_000,
      1,
    );
    expect(tick.comparisons).toEqual([
      { unit: 'a', compared: 10, mismatched: 4, void: 1, kinds: { field: 2, missing: 2 } },
    ]);
  });

  it('keeps units apart whose names run into each other', () => {
    const units = [
      { unit: 'b canary', cohort: 'canary', requests: 1, failed: 0 },
      { unit: 'b', cohort: 'canary', requests: 1, failed: 0 },
      { unit: '__proto__', cohort: 'canary', requests: 1, failed: 0 },
    ] as const;
    expect(mergeEvidence([batch({ units })], 0, 1).units).toEqual(units);
  });

  it('keeps apart what was made under different revisions, and bears the lowest', () => {
    const of = (revision: number, requests: number): MigrationEvidence =>
      batch({ revision, units: [{ unit: 'a', cohort: 'canary', requests, failed: 1 }] });
    const tick = mergeEvidence([of(4, 1), of(2, 10), of(3, 100), of(4, 1000)], 0, 1);
    expect(tick).toMatchObject({ revision: 2, units: [{ requests: 1111, failed: 4 }] });
    expect(tick.parts).toMatchObject([
      { revision: 2, units: [{ requests: 10 }] },
      { revision: 3, units: [{ requests: 100 }] },
      { revision: 4, units: [{ requests: 1001 }] },
    ]);
  });

  it('says that no batch arrived', () => {
    expect(mergeEvidence([], 7000, 1)).toEqual({
      at: 7000,
      revision: null,
      seconds: 1,
      units: [],
      latency: [],
      comparisons: [],
    });
  });
});

describe('partSince', () => {
  const of = (revision: number): MigrationEvidence =>
    batch({ revision, units: [{ unit: 'a', cohort: 'canary', requests: revision, failed: 0 }] });
  const mixed = mergeEvidence([of(5), of(6), of(7)], 9000, 1);

  it('leaves out what was made under earlier revisions', () => {
    expect(partSince(mixed, 6)).toMatchObject({ at: 9000, revision: 6, units: [{ requests: 13 }] });
    expect(partSince(mixed, 7)).toMatchObject({ revision: 7, units: [{ requests: 7 }] });
    expect(partSince(mixed, 8)).toBeNull();
  });

  it('is the whole tick when all of it is recent enough, and nothing of an empty one', () => {
    expect(partSince(mixed, 5)).toEqual(mixed);
    const single = mergeEvidence([of(6)], 9000, 1);
    expect(single.parts).toBeUndefined();
    expect(partSince(single, 6)).toBe(single);
    expect(partSince(mergeEvidence([], 9000, 1), 0)).toBeNull();
  });
});
