import { describe, expect, it } from '@jest/globals';
import { propertyRuns } from '../../../test/support/property-runs.ts';
import { poisson, type Random, seededRandom } from '../../../test/support/seeded-random.ts';
import { testSeed } from '../../../test/support/test-seed.ts';
import { harmRates, harmWeights, notWorseRates, notWorseWeights } from './alternatives.ts';
import {
  advanceProcess,
  logEvidence,
  newProcess,
  type ProcessPlan,
  processPlan,
} from './e-process.ts';
import { logPoissonE } from './poisson-e-variable.ts';
import { type Direction, toleratedRate } from './two-streams.ts';

const ticks = 40;
const rollouts = propertyRuns(2_000);
/** A true 1 % exceeds this part with a probability below 1 in 100. */
const mostExceeding = 0.016;

const plans: Readonly<Record<Direction, ProcessPlan>> = {
  harm: processPlan({ weights: harmWeights, first: 0.3 }),
  notWorse: processPlan({ weights: notWorseWeights, first: 0.9 }),
};

const between = (random: Random, low: number, high: number): number =>
  low + (high - low) * random();

/** Whether the evidence ever comes to 100 in a rollout of which a null, drawn by chance, is true. */
function everExceeds(seed: number, toward: Direction): boolean {
  const random = seededRandom(seed);
  const base = 10 ** between(random, -3, -0.7);
  const margin = {
    ratio: between(random, 1, 2),
    add: random() < 0.5 ? 0 : base * between(random, 0, 1),
  };
  // Half of the nulls lie on the border, where it is hardest.
  const inside = random() < 0.5 ? 1 : between(random, 0.7, 1);
  const swing = between(random, 0, 0.8);
  const [newTotal, oldTotal] = [between(random, 50, 300), between(random, 50, 300)];
  // A bad guess of the old rate costs power, never validity.
  const guess = base * between(random, 0.5, 2);
  const border = toleratedRate(guess, margin);
  const rates = toward === 'harm' ? harmRates(border) : notWorseRates(guess, margin);
  let process = newProcess;
  for (let tick = 0; tick < ticks; tick += 1) {
    const oldRate = base * (1 + swing * Math.sin(tick / 7));
    const worst = toleratedRate(oldRate, margin);
    const newRate = toward === 'harm' ? inside * worst : worst / inside;
    const counts = {
      newTotal,
      newBad: poisson(newTotal * newRate, random),
      oldTotal,
      oldBad: poisson(oldTotal * oldRate, random),
    };
    const logE = rates.map((rate) =>
      logPoissonE(counts, { newRate: rate, oldRate: guess }, margin, toward),
    );
    process = advanceProcess(process, plans[toward], { seconds: 5, logE });
    if (logEvidence(process, plans[toward]) >= Math.log(100)) return true;
  }
  return false;
}

describe('rollouts of which a null is true, each with its own', () => {
  it.each<[Direction, string]>([
    ['harm', 'no more than tolerated'],
    ['notWorse', 'at least as bad as tolerated'],
  ])('exceed 100 for %s in at most 1.6 %%, being %s', (toward) => {
    let exceeded = 0;
    for (let run = 0; run < rollouts; run += 1) {
      if (everExceeds(testSeed + 7919 * run, toward)) exceeded += 1;
    }
    expect(exceeded / rollouts).toBeLessThanOrEqual(mostExceeding);
  });

  it('are told from harm: beyond the tolerance nearly all exceed it', () => {
    const seen = Array.from({ length: 100 }, (_, seed) => {
      const random = seededRandom(seed + 1);
      let process = newProcess;
      for (let tick = 0; tick < ticks; tick += 1) {
        const counts = {
          newTotal: 200,
          newBad: poisson(200 * 0.05, random),
          oldTotal: 200,
          oldBad: poisson(200 * 0.01, random),
        };
        const margin = { ratio: 1.1, add: 0.0005 };
        const logE = harmRates(toleratedRate(0.01, margin)).map((newRate) =>
          logPoissonE(counts, { newRate, oldRate: 0.01 }, margin, 'harm'),
        );
        process = advanceProcess(process, plans.harm, { seconds: 5, logE });
      }
      return logEvidence(process, plans.harm) >= Math.log(100);
    });
    expect(seen.filter((found) => found).length).toBeGreaterThan(95);
  });
});
