import { describe, expect, it } from '@jest/globals';
import { comparedStep, demoConfig } from '../../../test/support/judged-policy.ts';
import { beginJudge } from './judge.ts';
import type { Tier } from './judge-config.ts';
import type { StepState } from './judge-state.ts';
import type { JudgeStep } from './judge-step.ts';
import { eta, type Judging, objectToMinimum, objectToTraffic } from './objection.ts';
import { freshStep } from './step-state.ts';

interface Scene {
  readonly now?: number;
  readonly tier?: Tier;
  readonly shortSince?: number | null;
  readonly known?: Partial<StepState>;
  readonly step?: Partial<JudgeStep>;
  readonly minimum?: { readonly requests: number; readonly units: number };
}

/** A step in which 30 requests of 100 expected ones arrive on the new side. */
function judging({ tier = 'unit', shortSince = null, ...scene }: Scene): Judging {
  const step = comparedStep(scene.step);
  const minimum = scene.minimum ?? { requests: 1, units: 1 };
  return {
    state: { ...beginJudge(demoConfig), traffic: { expected: 100, seen: 30, shortSince } },
    config: {
      ...demoConfig,
      source: { tier, intervalMs: 1_000 },
      evidence: { ...demoConfig.evidence, minimum },
    },
    step,
    known: { ...freshStep(step), ...scene.known },
    now: scene.now ?? 0,
    dispersion: 1,
  };
}

const canary = (requests: number, units: readonly number[] = []): Partial<StepState> => ({
  canary: { ...freshStep(comparedStep()).canary, requests, units },
});

describe('traffic that is missing', () => {
  const short = { known: canary(30), shortSince: 1_000_000 };

  it('is no data after two minutes', () => {
    expect(objectToTraffic(judging({ ...short, now: 1_119_999 }))).toBeNull();
    expect(objectToTraffic(judging({ ...short, now: 1_120_000 }))).toEqual({
      verdict: 'noData',
      reason: 'only 30% of the expected new-side requests arrive, for 120 s now',
    });
    expect(objectToTraffic(judging({ known: canary(30), now: 1_120_000 }))).toBeNull();
  });

  it('is known of units only: a bucket has units on both sides', () => {
    for (const tier of ['bucket', 'total'] as const) {
      expect(objectToTraffic(judging({ ...short, tier, now: 1_120_000 }))).toBeNull();
    }
  });

  it('is no data at once where nobody is on the new side', () => {
    expect(objectToTraffic(judging({ tier: 'total' }))).toEqual({
      verdict: 'noData',
      reason: 'no request on the new side in this step yet',
    });
  });
});

describe('the words about a minimum', () => {
  it('are in the singular where one is asked for', () => {
    expect(objectToMinimum(judging({}))?.reason).toBe('0 of 1 request on the new side');
    expect(objectToMinimum(judging({ known: canary(5) }))?.reason).toBe(
      '0 of 1 unit active in the smaller cohort',
    );
  });

  it('ask a ring for units of its own only', () => {
    const alone = { known: canary(5, [0, 1]), minimum: { requests: 1, units: 2 } };
    expect(objectToMinimum(judging({ ...alone, step: { ringUnits: 2 } }))).toBeNull();
    expect(objectToMinimum(judging(alone))?.verdict).toBe('inconclusive');
  });
});

describe('the time that is still needed', () => {
  const after = (seconds: number, missing: number, have: number): string =>
    eta(judging({ known: { firstAt: 5_000 }, now: 5_000 + 1_000 * seconds }), missing, have);

  it('is what it takes at the rate so far, rounded up', () => {
    expect(after(10, 21, 20)).toBe(', about 11 s more at this rate');
    expect(after(10, 119, 10)).toBe(', about 119 s more at this rate');
    expect(after(10, 120, 10)).toBe(', about 2 min more at this rate');
    expect(after(10, 121, 10)).toBe(', about 3 min more at this rate');
    expect(after(10, 360_000, 10)).toBe(', about 6000 min more at this rate');
    expect(after(10, 360_001, 10)).toBe(', out of reach at this rate');
  });

  it('is not said while there is no rate', () => {
    expect(after(10, 5, 0)).toBe('');
    expect(after(0, 5, 5)).toBe('');
    expect(after(10, 5, -1)).toBe('');
    expect(eta(judging({ now: 60_000 }), 5, 5)).toBe('');
  });
});
