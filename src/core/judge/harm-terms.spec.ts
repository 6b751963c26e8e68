import { describe, expect, it } from '@jest/globals';
import { demoConfig } from '../../../test/support/judged-policy.ts';
import { errorsHarmOf } from '../../../test/support/standing-evidence.ts';
import { noRatio } from '../statistics/ratio-interval.ts';
import { harmTerms } from './harm-terms.ts';
import { beginJudge } from './judge.ts';
import { closePast } from './units/unit-past.ts';

/** ln of the errors guard's evidence where so much came since the onset. */
function logOf(dispersion: number, since: { recent: number; undivided: number }): number {
  const begun = beginJudge(demoConfig);
  const { known } = closePast(begun.units.past);
  const units = { ...begun.units, known: { ...known, dispersion } };
  const evidence = {
    harm: errorsHarmOf(9),
    recent: [since.recent, 0],
    undivided: [since.undivided, 0],
    ratio: noRatio,
    suspects: [{ row: 0, without: errorsHarmOf(5), others: [], ratio: noRatio }],
  };
  const guards = begun.guards.map((guard) =>
    guard.kind === 'errors' ? { ...guard, evidence } : guard,
  );
  const [errors] = harmTerms({ ...begun, units, guards }, demoConfig);
  return errors?.log ?? NaN;
}

describe('harmTerms', () => {
  const all = logOf(1, { recent: 12, undivided: 12 });

  it('counts all evidence where the scatter was known from the onset on', () => {
    expect(all).toBeGreaterThan(7);
    expect(logOf(4, { recent: 3, undivided: 12 })).toBe(all);
  });

  it('takes back what rests on a scatter that has turned out to be greater', () => {
    expect(all - logOf(4, { recent: 12, undivided: 12 })).toBeCloseTo(9, 9);
    expect(all - logOf(2, { recent: 7, undivided: 12 })).toBeCloseTo(1, 9);
  });

  it('never adds any', () => {
    expect(logOf(1, { recent: 5, undivided: 12 })).toBe(all);
  });
});
