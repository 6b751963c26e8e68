import { describe, expect, it } from '@jest/globals';
import { unmeasured } from './measurement.ts';
import { joinVerdicts, verdicts } from './verdict.ts';

describe('verdicts that are joined', () => {
  it('are the gravest of them, in whatever order', () => {
    for (const [index, verdict] of verdicts.entries()) {
      const milder = verdicts.slice(index);
      expect(joinVerdicts(milder)).toBe(verdict);
      expect(joinVerdicts(milder.toReversed())).toBe(verdict);
    }
  });

  it('pass where there are none: nothing objects', () => {
    expect(joinVerdicts([])).toBe('pass');
  });
});

describe('a guard that was not measured', () => {
  it('says why, and no figure', () => {
    const reason = 'the provider does not answer';
    expect(unmeasured('slo', 'threshold', { verdict: 'providerError', reason })).toEqual({
      guard: 'slo',
      kind: 'threshold',
      verdict: 'providerError',
      reason,
      canary: null,
      baseline: null,
      limit: null,
      unit: 'ratio',
      samples: { canary: 0, baseline: 0, units: 0 },
      logHarm: null,
      logNotWorse: null,
      newestAt: null,
    });
  });
});
