import { describe, expect, it } from '@jest/globals';
import { cells } from './cells.ts';
import type { Outcome } from './ledger.ts';
import { summarise } from './summary.ts';
import { markdown } from './table.ts';

const quiet: Outcome = {
  alarmAt: null,
  warnedAt: null,
  rollbackAt: null,
  sentBack: [],
  culprit: null,
  provenAt: null,
  extraErrors: 100,
  information: null,
  exposed: 0,
};

const late = cells.find(({ fault }) => fault?.onset === 1_500);
const found: Outcome = {
  ...quiet,
  alarmAt: 1_510,
  rollbackAt: 1_510,
  extraErrors: 20,
  information: 3,
};

describe('summarise', () => {
  it('counts delays from the onset, to the end where there was no alarm', () => {
    if (late === undefined) throw new Error('no cell with a late onset');
    const summary = summarise(late, [{ ours: found }, { ours: found }, { ours: quiet }], 'ours');
    expect(summary?.delay).toEqual({ min: 10, median: 10, max: 900 });
    expect(summary?.alarmed).toBeCloseTo(66.7, 1);
    expect(summary?.extraErrors).toBeCloseTo(46.7, 1);
    expect(summary?.information).toBe(3);
  });

  it('asks whether the first unit that was sent back is the one at fault', () => {
    if (late === undefined) throw new Error('no cell with a late onset');
    const right: Outcome = { ...quiet, alarmAt: 5, sentBack: [7], culprit: 7 };
    const wrong: Outcome = { ...quiet, alarmAt: 5, sentBack: [3, 7], culprit: 7 };
    const summary = summarise(late, [{ ours: right }, { ours: wrong }], 'ours');
    expect([summary?.sentBack, summary?.rightUnit, summary?.rolledBack]).toEqual([100, 50, 0]);
  });

  it('says nothing of who took no part', () => {
    if (late === undefined) throw new Error('no cell with a late onset');
    expect(summarise(late, [{ ours: quiet }], 'ours total')).toBeNull();
    expect(markdown(new Map([[late, [{ ours: found }]]]))).toContain('| 100 / 10 / 20 | 10 |');
  });
});
