import { describe, expect, it } from '@jest/globals';
import type { CohortView } from '../../core/protocol/cohort-view.ts';
import { atLeastWords, plannedSteps } from './step-words.ts';

const values = [
  { path: 'target', value: 'users-db', origin: 'policy' },
  { path: 'steps.1 expand', value: { kind: 'expand' }, origin: 'policy' },
  {
    path: 'steps.2 share 5%',
    value: { kind: 'share', percent: 5, bake: '90m', approval: { role: 'approver', quorum: 2 } },
    origin: 'policy',
  },
  { path: 'steps.3 shadow', value: { kind: 'shadow' }, origin: 'policy' },
  { path: 'steps.4 soak', value: { kind: 'soak', for: '1d' }, origin: 'policy' },
  { path: 'steps.5 contract', value: { kind: 'contract', approve: 'admin' }, origin: 'policy' },
];

const cohorts: CohortView = {
  policy: 'users',
  target: 'users-db',
  units: 300,
  knownFrom: 'table',
  measuredIn: null,
  steps: [
    { step: 1, name: 'expand', units: 0, traffic: null },
    { step: 2, name: 'share 5%', units: 15, traffic: 0.0834 },
  ],
};

const guard = (median: number | null) => ({
  guard: 'errors',
  compare: 'errors' as const,
  minimum: null,
  proven: { median, within90: median },
  smallestHarm: null,
  found: [],
});

const told = (medians: readonly (number | null)[]): never =>
  ({ steps: [{ name: 'share 5%', guards: medians.map(guard) }] }) as never;

describe('what will happen, step by step', () => {
  it('is known by its waits and by who is asked before anything else is', () => {
    const steps = plannedSteps({ values, cohorts: undefined, forecast: undefined });
    expect(steps.map(({ name, bake, people }) => [name, bake, people])).toEqual([
      ['expand', '', ''],
      ['share 5%', '90m', '2 × approver'],
      ['shadow', '', ''],
      ['soak', '1d', ''],
      ['contract', '', 'admin'],
    ]);
    expect(atLeastWords(steps)).toBe('25h 30m');
  });

  it('takes what a step leaves out for a part of it, and not for a step', () => {
    const short = [
      { path: 'steps.1 share 5%', value: { kind: 'share', percent: 5 }, origin: 'profile' },
      { path: 'steps.1 share 5%.bake', value: '10m', origin: 'built-in' },
      { path: 'steps.1 share 5%.patience', value: '1d', origin: 'built-in' },
      { path: 'steps.2 contract', value: { kind: 'contract' }, origin: 'profile' },
      { path: 'steps.2 contract.approve', value: 'admin', origin: 'built-in' },
    ];
    const steps = plannedSteps({ values: short, cohorts: undefined, forecast: undefined });
    expect(steps.map(({ name, bake, people }) => [name, bake, people])).toEqual([
      ['share 5%', '10m', ''],
      ['contract', '', 'admin'],
    ]);
    expect(atLeastWords(steps)).toBe('10m');
  });

  it('says who moves, and when the slowest guard has proven what it must', () => {
    const share = (medians: readonly (number | null)[]) =>
      plannedSteps({ values, cohorts, forecast: told(medians) })[1];
    expect(share([4, 60])).toMatchObject({
      units: '15 of 300',
      requests: '8.3%',
      proven: 'in 1m',
    });
    expect(share([4, null])?.proven).toBe('not in this step');
    expect(share([])?.proven).toBe('');
    expect(plannedSteps({ values, cohorts, forecast: null })[0]).toMatchObject({ units: '' });
  });
});
