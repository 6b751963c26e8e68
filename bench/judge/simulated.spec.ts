import { describe, expect, it } from '@jest/globals';
import { usualTraffic } from '../../src/core/judge/forecast/population.ts';
import { simulatePast, simulateRollout } from '../../src/core/simulation/simulate-rollout.ts';
import type { SimulationInput } from '../../src/core/simulation/simulation-input.ts';
import { policyWith, share } from '../../test/support/checked-policy.ts';
import { onePoint, tenPoints } from './faults.ts';
import { judgeByOurs, prepareOurs } from './ours.ts';
import { benchConfig } from './policy.ts';
import { drawTrace } from './strike.ts';
import { liveSeconds } from './timeline.ts';
import type { Fault } from './world.ts';
import { daily } from './worlds.ts';

const rollouts = 11;

/** The bench's first world, smaller and without its daily rhythm. */
const world = { ...daily, units: 100, swing: { traffic: 0, failures: 0 } };

/** The same as `crossfade simulate` would have it. */
const input = inputOf();

function inputOf(): SimulationInput {
  const config = benchConfig('unit', 0);
  const patienceMs = 1000 * liveSeconds;
  return {
    policy: policyWith({
      guards: config.guards,
      evidence: config.evidence,
      steps: [{ ...share(5, 'proven'), bakeMs: patienceMs, patienceMs }],
    }),
    config,
    traffic: {
      ...usualTraffic,
      requestsPerSecond: world.requestsPerSecond,
      units: world.units,
      zipf: 0,
      failureSpread: 0,
      paceSpread: 0,
      rhythm: null,
    },
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Infinity;
}

function inBench(fault: Fault): number {
  return median(
    Array.from({ length: rollouts }, (_, seed) => {
      const trace = drawTrace(world, fault, 100 + seed);
      return judgeByOurs(trace, prepareOurs(trace, 'unit'), 0).rollbackAt ?? Infinity;
    }),
  );
}

function inSimulation(value: number): number {
  return median(
    Array.from({ length: rollouts }, (_, seed) => {
      const past = simulatePast(input, 100 + seed);
      return simulateRollout(input, past, { kind: 'failures', value }).found ?? Infinity;
    }),
  );
}

describe('simulation beside the bench of the judge', () => {
  // The bench looks every 5 s, the simulation every second at first.
  it.each([
    [onePoint, 0.01],
    [tenPoints, 0.1],
  ])('finds $name as soon, within a look of the bench', (fault, value) => {
    const [bench, simulated] = [inBench(fault), inSimulation(value)];
    expect(simulated).toBeGreaterThan(bench / 1.5 - 5);
    expect(simulated).toBeLessThan(bench * 1.5 + 5);
  });
});
