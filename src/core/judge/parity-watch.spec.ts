import { describe, expect, it } from '@jest/globals';
import { measureParity, type ParitySample } from './parity-watch.ts';

const guard = { name: 'parity', threshold: 'parity', maxRows: 2 } as const;
const sample: ParitySample = {
  at: 10_000,
  rows: 0,
  roundEndedAt: 9_000,
  note: '61% of this round',
};

describe('a guard on parity', () => {
  it.each<[string, Partial<ParitySample> | null, number, string, string]>([
    [
      'no rounds to be had',
      null,
      10_000,
      'pass',
      'rounds of parity go from the end of the backfill',
    ],
    [
      'no whole round',
      { rows: null },
      10_000,
      'noData',
      'no whole round of late: 61% of this round',
    ],
    ['nothing found', {}, 10_000, 'pass', '0 rows differ, limit 2; 61% of this round'],
    ['as many as are tolerated', { rows: 2 }, 10_000, 'pass', '2 rows differ, limit 2'],
    ['one more', { rows: 3 }, 10_000, 'fail', '3 rows differ, limit 2'],
    ['no look for 3 s', { rows: 3 }, 13_001, 'noData', 'no fresh look'],
  ])('with %s', (_, changes, now, verdict, reason) => {
    const measured = measureParity(changes === null ? null : { ...sample, ...changes }, guard, now);
    expect(measured).toMatchObject({ guard: 'parity', kind: 'threshold', verdict, limit: 2 });
    expect(measured.reason).toContain(reason);
  });

  it('says how far the rounds are, and counts from the end of the last one', () => {
    const { note, newestAt, unit } = measureParity(sample, guard, 10_000);
    expect([note, newestAt, unit]).toEqual(['61% of this round', 9_000, 'count']);
  });
});
