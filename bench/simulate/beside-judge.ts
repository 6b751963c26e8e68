import { usualTraffic } from '../../src/core/judge/forecast/population.ts';
import { simulatePast, simulateRollout } from '../../src/core/simulation/simulate-rollout.ts';
import type { SimulationInput } from '../../src/core/simulation/simulation-input.ts';
import { policyWith, share } from '../../test/support/checked-policy.ts';
import { stepUp } from '../judge/faults.ts';
import { judgeByOurs, prepareOurs } from '../judge/ours.ts';
import { benchConfig } from '../judge/policy.ts';
import { drawTrace } from '../judge/strike.ts';
import { ramp } from '../judge/timeline.ts';
import { daily } from '../judge/worlds.ts';
import { type Found, foundIn } from './found.ts';

/** The bench's first world, smaller and without its daily rhythm. */
const world = { ...daily, units: 100, swing: { traffic: 0, failures: 0 } };

/** Until the bench exposes more units, in seconds, and how many are exposed until then. */
const [stage, { from: stageEnds }] = ramp as readonly [(typeof ramp)[0], (typeof ramp)[0]];

/** The same as `crossfade simulate` would have it. */
const input = inputOf();

function inputOf(): SimulationInput {
  const config = benchConfig('unit', 0);
  const patienceMs = 1_000 * stageEnds;
  return {
    policy: policyWith({
      guards: config.guards,
      evidence: config.evidence,
      steps: [{ ...share(100 * stage.share, 'proven'), bakeMs: patienceMs, patienceMs }],
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

/** What is rolled back in the bench's first ten minutes, and in the same ten minutes as they are simulated. */
export interface BesideJudge {
  readonly bench: Found;
  readonly simulated: Found;
}

/** So many rollouts each, in which so many more of the requests fail: a probability; 0 for none. */
export function besideJudge(harm: number, rollouts: number): BesideJudge {
  const seeds = Array.from({ length: rollouts }, (_, index) => 100 + index);
  return {
    bench: foundIn(seeds.map((seed) => inBench(harm, seed))),
    simulated: foundIn(seeds.map((seed) => inSimulation(harm, seed))),
  };
}

function inBench(harm: number, seed: number): number {
  const trace = drawTrace(world, harm === 0 ? null : stepUp(harm), seed);
  const { rollbackAt } = judgeByOurs(trace, prepareOurs(trace, 'unit'), 0);
  return rollbackAt === null || rollbackAt > stageEnds ? Infinity : rollbackAt;
}

function inSimulation(harm: number, seed: number): number {
  const wrong = harm === 0 ? null : ({ kind: 'failures', value: harm } as const);
  const { end, exposed } = simulateRollout(input, simulatePast(input, seed), wrong);
  return end === 'rolledBack' && exposed !== null ? exposed : Infinity;
}
