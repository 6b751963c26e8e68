import { describe, expect, it } from '@jest/globals';
import { isConcerned } from './concerned.ts';

const of = (kind: 'rollout' | 'route' | 'feature' | 'alert', name = 'users') =>
  ({ kind, name, project: 'default' }) as const;

describe('what a change concerns', () => {
  it.each([
    [['rollouts'], of('rollout'), true],
    [['rollout', 'users'], of('rollout'), true],
    [['rollout', 'users-2'], of('rollout'), true],
    [['events', 'users', null], of('rollout'), true],
    [['events until', 'users', null, 5], of('rollout'), false],
    [['events', 'users', 'alert'], of('alert', ''), true],
    [['rollout', 'orders'], of('rollout'), false],
    [['series', 'users'], of('rollout'), false],
    [['rollout', 'orders'], of('route'), true],
    [['flag', 'users'], of('route'), true],
    [['feature', 'users'], of('route'), false],
    [['feature', 'users'], of('feature'), true],
    [['rollouts'], of('feature'), false],
    [['alerts'], of('alert', ''), true],
    [['alerts', true], of('rollout'), true],
    [['session'], of('alert', ''), false],
  ])('%j: %j is %s', (key, change, so) => {
    expect(isConcerned(key, change)).toBe(so);
  });
});
