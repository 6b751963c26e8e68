import { describe, expect, it } from '@jest/globals';
import { examplePolicy } from '../../../test/support/example-policy.ts';
import type { Measurement } from '../judge/measurement.ts';
import type { FailAction } from '../policy/guard.ts';
import type { Context } from './context.ts';
import { createRollout } from './create-rollout.ts';
import { failures } from './harm.ts';

const failed: Measurement = {
  guard: 'errors',
  kind: 'compare',
  verdict: 'fail',
  reason: 'evidence for harm',
  canary: 0.02,
  baseline: 0.01,
  limit: 0.011,
  unit: 'ratio',
  samples: { canary: 100, baseline: 100, units: 1 },
  logHarm: 5,
  logNotWorse: 0,
  newestAt: 0,
};

function actionOf(measurement: Measurement, onFail: FailAction): FailAction | undefined {
  const policy = { ...examplePolicy, onFail };
  const observations = {
    flag: null,
    instances: [],
    jobs: [],
    routeRow: null,
    targetError: null,
    measurements: [measurement],
    history: { seconds: 0, units: 0, newestAt: null },
    commands: [],
  };
  const context: Context = {
    policy,
    rollout: createRollout(policy, 'r', 1, 0),
    observations,
    now: 0,
  };
  return failures(context)[0]?.action;
}

describe('a failing guard', () => {
  it.each(['rollback', 'hold', 'notify'] as const)('causes what the policy says: %s', (onFail) => {
    expect(actionOf(failed, onFail)).toBe(onFail);
  });

  it('holds instead of rolling back when its evidence may only advise', () => {
    const advisory = { ...failed, advisory: true };
    expect(actionOf(advisory, 'rollback')).toBe('hold');
    expect(actionOf(advisory, 'notify')).toBe('notify');
  });
});
