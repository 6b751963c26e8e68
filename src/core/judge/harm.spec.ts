import { describe, expect, it } from '@jest/globals';
import { comparedStep, demoConfig } from '../../../test/support/judged-policy.ts';
import { comparedUnit, tickOf } from '../../../test/support/judged-ticks.ts';
import { logErrorsHarm, noHarm } from './errors-judge.ts';
import { beginJudge, type JudgeState, observeTick } from './judge.ts';
import type { JudgeConfig } from './judge-config.ts';

const quiet = { requests: 3000, failed: 0, units: 30, buckets: { '-100': 3000 } };

function observe(
  ticks: readonly ReturnType<typeof tickOf>[],
  config: JudgeConfig = demoConfig,
): JudgeState {
  return ticks.reduce(
    (state, tick) => observeTick(state, config, tick, comparedStep()),
    beginJudge(config),
  );
}

function failing(at: number, failed: number): ReturnType<typeof tickOf> {
  return tickOf({ at, canary: { requests: 1000, failed, units: 30 }, baseline: quiet });
}

describe('detectHarm', () => {
  it('names the guard that has the evidence, once, and keeps it', () => {
    const state = observe([failing(1000, 25), failing(2000, 200), failing(3000, 0)]);
    expect(state.failures).toHaveLength(1);
    expect(state.failures[0]).toMatchObject({ guard: 'errors', at: 2000 });
    expect(state.failures[0]?.logHarm).toBeGreaterThan(Math.log(100));
  });

  it('waits for 1 / budget of the average, not of one guard', () => {
    const state = observe([failing(1000, 10), failing(2000, 40)]);
    const first = state.guards[0];
    const errors = logErrorsHarm(first?.kind === 'errors' ? first.evidence.harm : noHarm, 0);
    const between = { ...demoConfig.evidence, falseRollbackBudget: Math.exp(-errors) * 1.01 };
    const config = { ...demoConfig, evidence: between };
    const average = Math.log(0.625 * Math.exp(errors) + 0.375);
    expect(average).toBeLessThan(-Math.log(between.falseRollbackBudget));
    expect(observe([failing(1000, 10), failing(2000, 40)], config).failures).toEqual([]);
    const alone = { ...config, guards: demoConfig.guards.slice(0, 1) };
    expect(observe([failing(1000, 10), failing(2000, 40)], alone).failures).toHaveLength(1);
  });

  it('fails at the first confirmed mismatch where none is tolerated', () => {
    const state = observe([tickOf({ at: 1000, comparisons: [comparedUnit('a', 5, 1)] })]);
    expect(state.failures).toEqual([
      {
        guard: 'reads',
        at: 1000,
        logHarm: null,
        reason: '1 confirmed mismatch, none is tolerated',
      },
    ]);
  });

  it('lets a mismatch and an averaged failure stand beside each other', () => {
    const mismatch = tickOf({ at: 1000, comparisons: [comparedUnit('a', 5, 2)] });
    const state = observe([mismatch, failing(2000, 300), failing(3000, 300)]);
    expect(state.failures.map(({ guard }) => guard)).toEqual(['reads', 'errors']);
  });

  it('fails nothing without guards', () => {
    expect(observe([failing(1000, 1000)], { ...demoConfig, guards: [] }).failures).toEqual([]);
  });
});
