import { describe, expect, it } from '@jest/globals';
import { beforeStep, comparedStep, demoConfig } from '../../../test/support/judged-policy.ts';
import { type CohortTick, comparedUnit, tickOf } from '../../../test/support/judged-ticks.ts';
import type { MismatchesGuard } from '../policy/guard.ts';
import { beginJudge, measureGuards, observeTick } from './judge.ts';
import type { JudgeConfig } from './judge-config.ts';
import type { JudgeStep } from './judge-step.ts';
import type { Measurement } from './measurement.ts';

const fast = { '-134': 900, '-100': 90, '-80': 10 };

interface Scene {
  readonly canary?: CohortTick;
  readonly baseline?: CohortTick;
  readonly history?: Readonly<Record<string, number>>;
  readonly config?: JudgeConfig;
  readonly step?: Partial<JudgeStep>;
  readonly compared?: readonly (readonly [compared: number, mismatched: number])[];
}

/** One tick of history, one of the step. */
function measured(scene: Scene): readonly [Measurement, Measurement, Measurement] {
  const { config = demoConfig, history = fast, compared = [] } = scene;
  const step = comparedStep(scene.step);
  const past = tickOf({ at: 0, baseline: { requests: 10, units: 10, buckets: history } });
  const tick = tickOf({
    at: 1000,
    ...(scene.canary === undefined ? {} : { canary: scene.canary }),
    ...(scene.baseline === undefined ? {} : { baseline: scene.baseline }),
    comparisons: compared.map(([all, bad], index) => comparedUnit(`u${index}`, all, bad)),
  });
  const known = observeTick(beginJudge(config), config, past, beforeStep());
  const state = observeTick(known, config, tick, step);
  return measureGuards(state, config, step, 1000) as [Measurement, Measurement, Measurement];
}

describe('figures of errors', () => {
  it('are the rates of the step, the tolerated rate, and an interval', () => {
    const [errors] = measured({
      canary: { requests: 400, failed: 12, units: 8, buckets: fast },
      baseline: { requests: 1000, failed: 10, units: 20, buckets: fast },
    });
    expect(errors).toMatchObject({ canary: 0.03, baseline: 0.01, unit: 'ratio' });
    expect(errors.limit).toBeCloseTo(0.031, 12);
    expect(errors.reason).toContain(
      '3% of 400 requests failed on the new side (1.7% to 5.2%), 1% on the old; 3.1% is tolerated',
    );
  });

  it('know no limit without an old side', () => {
    const [errors] = measured({ canary: { requests: 400, failed: 12 } });
    expect(errors).toMatchObject({ canary: 0.03, baseline: null, limit: null });
    expect(errors.reason).not.toContain('on the old');
  });

  it('are unknown where nothing happened', () => {
    const [errors] = measured({});
    expect(errors).toMatchObject({ canary: null, baseline: null, limit: null });
    expect(errors.samples).toEqual({ canary: 0, baseline: 0, units: 0 });
  });
});

describe('figures of latency', () => {
  const healthy = { requests: 1000, units: 20, buckets: fast };

  it('show the quantile that is harmed', () => {
    const tail = { '-134': 900, '-100': 50, '10': 50 };
    const [, latency] = measured({
      canary: { ...healthy, buckets: tail },
      baseline: healthy,
    });
    expect(latency.reason).toMatch(/p99(\.9)? is 1\.\d+ s on the new side, [\d.]+ ms on the old/);
    expect(latency.canary).toBeGreaterThan(1.5);
    expect(latency.limit).toBeLessThan(0.1);
  });

  it('show the quantile that lacks proof most, where proof is asked for', () => {
    const proven = { require: 'proven', share: 50 } as const;
    const few = { requests: 150, units: 20, buckets: { '-134': 135, '-125': 14, '-80': 1 } };
    const [, latency] = measured({ canary: few, baseline: few, step: proven });
    expect(latency.verdict).toBe('inconclusive');
    expect(latency.reason).toMatch(/not yet shown to be not worse.*; p99 is/);
  });

  it('count durations as samples, not requests', () => {
    const [, latency] = measured({ canary: { requests: 3000, buckets: fast }, baseline: healthy });
    expect(latency.samples).toEqual({ canary: 1000, baseline: 1000, units: 1 });
  });

  it('say so when no limit could be set', () => {
    const sparse = { requests: 50, units: 20, buckets: { '-134': 50 } };
    const [, latency] = measured({ canary: sparse, baseline: sparse, history: {} });
    expect(latency.reason).toMatch(/too few old-side durations are known to set limits$/);
    expect(latency).toMatchObject({ canary: null, baseline: null, limit: null, logHarm: 0 });
  });

  it('prove nothing without a limit', () => {
    const sparse = { requests: 500, units: 60, buckets: { '-134': 50 } };
    const step = { require: 'proven', share: 50 } as const;
    const [, latency] = measured({ canary: sparse, baseline: sparse, history: {}, step });
    expect(latency.verdict).toBe('inconclusive');
  });
});

describe('figures of mismatches', () => {
  const guard: MismatchesGuard = {
    name: 'reads',
    compare: 'mismatches',
    atMost: 0.001,
    compared: { atLeast: 100, units: 2 },
  };
  const tolerant: JudgeConfig = {
    ...demoConfig,
    guards: [...demoConfig.guards.slice(0, 2), guard],
  };

  it('count where none is tolerated, and have no evidence to weigh', () => {
    const [, , reads] = measured({ compared: [[50, 0]] });
    expect(reads).toMatchObject({ canary: 0, limit: 0, unit: 'count', logHarm: null });
    expect(reads.samples).toEqual({ canary: 50, baseline: 0, units: 1 });
  });

  it('are a rate where some are tolerated', () => {
    const [, , reads] = measured({
      compared: [
        [90, 0],
        [10, 1],
      ],
      config: tolerant,
    });
    expect(reads).toMatchObject({ canary: 0.01, limit: 0.001, unit: 'ratio', verdict: 'pass' });
    expect(reads.logHarm).toBeGreaterThan(0);
    expect(reads.reason).toMatch(/1 mismatch in 100 comparisons of 2 units; 0.1% is tolerated/);
  });

  it('ask for proof of a tolerated rate, in shadow only if the step does', () => {
    const many = Array.from({ length: 60 }, () => [100, 0] as const);
    const shadow = (require: 'proven' | 'notWorse', compared: typeof many): Measurement =>
      measured({ compared, config: tolerant, step: { mode: 'shadow', require } })[2];
    expect(shadow('notWorse', many.slice(0, 2)).verdict).toBe('pass');
    expect(shadow('proven', many.slice(0, 2)).verdict).toBe('inconclusive');
    expect(shadow('proven', many).verdict).toBe('pass');
  });
});
