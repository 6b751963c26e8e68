import { describe, expect, it } from '@jest/globals';
import { examplePolicy } from '../../../test/support/example-policy.ts';
import { measurementWith } from '../../../test/support/rollout-view.ts';
import type { Context } from './context.ts';
import { createRollout } from './create-rollout.ts';
import type { ObservedInstance } from './observations.ts';
import { rollbackMove } from './rollback-moves.ts';
import { rolloutFigures } from './rollout-figures.ts';

const now = 100_000;

const instance = (name: string, change: Partial<ObservedInstance> = {}): ObservedInstance => ({
  service: 'users-api',
  instance: name,
  implements: true,
  revision: 0,
  safeSide: 'old',
  draining: 0,
  lastSeenAt: now,
  maxStaleMs: 900_000,
  ...change,
});

const failing = measurementWith({ verdict: 'fail', logHarm: 9.5, newestAt: now - 400 });

const context = (change: Partial<Context> = {}): Context => ({
  policy: examplePolicy,
  rollout: createRollout(examplePolicy, 'r', 1, 0),
  observations: {
    flag: null,
    instances: [
      instance('a'),
      instance('b'),
      instance('c', { lastSeenAt: 0 }),
      instance('d', { implements: false }),
    ],
    jobs: [],
    routeRow: null,
    targetError: null,
    measurements: [failing],
    history: { seconds: 0, units: 0, newestAt: null },
    commands: [],
  },
  now,
  ...change,
});

describe('the figures of a rollout', () => {
  it('are its exposure, its instances by level and its guards', () => {
    const { exposure, instances, guards } = rolloutFigures(context());
    expect(exposure).toMatchObject({ wanted: 0, set: null, acknowledged: 0 });
    expect(instances).toEqual({ confirmed: 2, silent: 1, notImplemented: 1 });
    expect(guards).toMatchObject([{ guard: 'errors', verdict: 'fail', logHarm: 9.5 }]);
    expect(guards[0]).not.toHaveProperty('reason');
  });

  it('do not change while time alone goes on', () => {
    const later = { ...context(), now: now + 1 };
    expect(JSON.stringify(rolloutFigures(later))).toBe(JSON.stringify(rolloutFigures(context())));
  });

  it('have neither flag nor instances where nobody is routed', () => {
    const policy = { ...examplePolicy, route: 'none' as const };
    expect(rolloutFigures(context({ policy })).instances).toEqual({});
  });
});

describe('a rollback', () => {
  it('knows when the evidence came that it was decided on, where a guard was the cause', () => {
    const harmed = rollbackMove(context(), 'crossfade', 'errors');
    expect(harmed.patch.rollback).toMatchObject({ requestedAt: now, harmAt: now - 400 });
    const calm = { ...context().observations, measurements: [measurementWith()] };
    const asked = rollbackMove(context({ observations: calm }), 'ann', 'asked');
    expect(asked.patch.rollback).not.toHaveProperty('harmAt');
  });
});
