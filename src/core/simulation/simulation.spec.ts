import { describe, expect, it } from '@jest/globals';
import { policyWith, share, steps } from '../../../test/support/checked-policy.ts';
import { usualTraffic } from '../judge/forecast/population.ts';
import { judgeConfig } from '../judge/judge-config.ts';
import { defaults } from '../policy/defaults.ts';
import type { Policy } from '../policy/policy.ts';
import { recorded } from './recording.ts';
import type { SimulatedHarm } from './simulated-harm.ts';
import { type SimulatedTraffic, usualSpread } from './simulated-service.ts';
import { simulateSeed, type SimulationPlan, summarise } from './simulation.ts';
import type { SimulationInput } from './simulation-input.ts';

const traffic: SimulatedTraffic = {
  ...usualTraffic,
  ...usualSpread,
  requestsPerSecond: 200,
  units: 40,
  rhythm: null,
};
const minute = { bakeMs: 60_000, patienceMs: 600_000 };
const short = [steps['shadow'], share(25), share(50), share(100)].flatMap((step) =>
  step === undefined ? [] : { ...step, ...minute },
) as Policy['steps'];

function inputOf(changes: Partial<Policy> = {}, busy = traffic): SimulationInput {
  const evidence = { ...defaults.evidence, warmupMs: 0, historyMs: 1_800_000 };
  const policy = policyWith({ steps: short, evidence, ...changes });
  return { policy, config: judgeConfig(policy), traffic: busy };
}

function run(input: SimulationInput, harms: readonly SimulatedHarm[], rollouts: number) {
  const plan: SimulationPlan = { seed: 1, rollouts, harms, harmed: rollouts };
  const seeds = Array.from({ length: rollouts }, (_, index) => simulateSeed(input, plan, index));
  return { seeds, ...summarise(plan, seeds) };
}

describe('simulated rollouts of a policy', () => {
  it('complete when nothing is wrong, in the time that their bakes take', () => {
    const { healthy } = run(inputOf(), [], 5);
    expect(healthy.completed).toMatchObject({ count: 5, of: 5 });
    expect(healthy.seconds).toEqual({ median: 240, of90: 240 });
    expect(healthy.ended).toEqual([]);
  });

  it('are the same for the same seed, and others for another', () => {
    const harms = [{ kind: 'failures', value: 0.05 }] as const;
    const found = (seed: number): unknown =>
      simulateSeed(inputOf(), { seed, rollouts: 1, harms, harmed: 1 }, 0);
    expect(found(5)).toEqual(found(5));
    expect(found(5)).not.toEqual(found(6));
  });

  it('find a large harm sooner than a small one, by the guard that watches for it', () => {
    const sizes = [0.03, 0.1, 0.5].map((value) => ({ kind: 'failures', value }) as const);
    const { harms, seeds } = run(inputOf(), sizes, 5);
    const medians = harms.map(({ seconds }) => seconds?.median ?? Infinity);
    expect(medians).toEqual(medians.toSorted((a, b) => b - a));
    expect(medians[2]).toBeLessThan(10);
    expect(seeds.every(({ harmed }) => harmed[1]?.foundBy === 'errors')).toBe(true);
    expect(harms[1]?.failed).toBeGreaterThan(0);
  });

  it.each<[SimulatedHarm, string, string]>([
    [{ kind: 'slower', value: 3 }, 'latency', 'share 25%'],
    [{ kind: 'mismatches', value: 0.01 }, 'mismatches', 'shadow'],
  ])('roll back for %j', (harm, guard, step) => {
    const { seeds } = run(inputOf(), [harm], 3);
    for (const { harmed } of seeds) {
      expect(harmed[0]).toMatchObject({ end: 'rolledBack', foundBy: guard, step });
    }
  });

  it('send one broken unit back alone where the policy allows it, and go on', () => {
    const evidence = {
      ...defaults.evidence,
      warmupMs: 0,
      historyMs: 1_800_000,
      onOneBadUnit: { quarantine: { atMost: 2 } },
    };
    const harm: SimulatedHarm = { kind: 'oneUnit', value: 1 };
    const { harms, seeds } = run(inputOf({ evidence }), [harm], 3);
    expect(harms[0]?.found.count).toBe(3);
    expect(seeds.map(({ harmed }) => harmed[0]?.sentBack)).toEqual(Array(3).fill(['unit-21']));
  });

  it('are held by a guard that may not roll back, and wait for a person', () => {
    const [errors] = policyWith().guards;
    if (errors === undefined) throw new Error('no guard');
    const guards = [{ ...errors, onFail: 'hold' as const }];
    const { seeds } = run(inputOf({ guards }), [{ kind: 'failures', value: 0.3 }], 2);
    for (const { harmed } of seeds) {
      expect(harmed[0]).toMatchObject({ end: 'held', step: 'share 25%', seconds: 60 + 600 });
    }
  });

  it('are paused where the evidence for a step never suffices', () => {
    const proven = { ...share(50, 'proven'), bakeMs: 60_000, patienceMs: 300_000 };
    const sleepy = { ...traffic, requestsPerSecond: 0.5 };
    const { healthy } = run(inputOf({ steps: [proven] }, sleepy), [], 3);
    expect(healthy.waited.count).toBe(3);
    expect(healthy.ended).toEqual([{ how: 'paused in share 50%', count: 3 }]);
  });

  it('take the rhythm of recorded traffic, from another moment each', () => {
    const spans = Array.from({ length: 60 }, (_, at) => (at < 30 ? 3_000 : 30));
    const failed = spans.map((count) => Math.round(count / 100));
    const known = recorded({ seconds: 60, requests: spans, failed });
    const busy = { ...traffic, requestsPerSecond: known.requestsPerSecond, rhythm: known.rhythm };
    const ends = run(inputOf({}, busy), [], 4).seeds.map(({ healthy }) => healthy.seconds);
    expect(new Set(ends).size).toBeGreaterThan(1);
  });
});
