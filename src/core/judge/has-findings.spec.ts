import { describe, expect, it } from '@jest/globals';
import { policyWith } from '../../../test/support/checked-policy.ts';
import { judgeConfig } from './judge-config.ts';
import { beginJudge, hasFindings, type JudgeState } from './judge.ts';
import { sendBack } from './units/quarantine.ts';

describe('findings of the judge', () => {
  const calm = beginJudge(judgeConfig(policyWith()));
  const found = { guard: 'errors', at: 0, logHarm: 5, reason: '' };
  const accusation = { ...found, unit: 'a', logWithout: 0 };
  const worse = { stream: 0, since: 'step', at: 0, logHarm: 5, calmSeconds: 0 } as const;

  it('are none in the beginning', () => {
    expect(hasFindings(calm)).toBe(false);
  });

  it.each<[string, Partial<JudgeState>]>([
    ['harm', { failures: [found] }],
    ['a unit to blame', { accused: [accusation] }],
    ['a unit sent back', { quarantined: [sendBack('a', calm.units, 0)] }],
    ['an old side worse than before', { baseline: { ...calm.baseline, harm: worse } }],
  ])('are %s', (_, change) => {
    expect(hasFindings({ ...calm, ...change })).toBe(true);
  });
});
