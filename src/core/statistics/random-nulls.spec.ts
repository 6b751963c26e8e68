import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { propertyRuns } from '../../../test/support/property-runs.ts';
import { logBernoulliE } from './bernoulli-e-variable.ts';
import { logPoissonE } from './poisson-e-variable.ts';
import { type Direction, type Margin, toleratedRate, type TwoStreams } from './two-streams.ts';

const rate = fc.double({ min: 1e-4, max: 0.6, noNaN: true });
const part = fc.double({ min: 0, max: 1, noNaN: true });
const direction = fc.constantFrom<Direction>('harm', 'notWorse');
const counted = fc.integer({ min: 1, max: 5_000 });

/** Ratios below 1 too: what units leave open narrows a tolerance, for proof. */
const margin: fc.Arbitrary<Margin> = fc.record({
  ratio: fc.double({ min: 0.5, max: 3, noNaN: true }),
  add: fc.oneof(fc.constant(0), fc.double({ min: 1e-5, max: 0.05, noNaN: true })),
});

/** ln E of a tick for given counts of bad events. */
type LogE = (counts: TwoStreams) => number;

/** ln E is linear in the two counts; its value without any, and what each bad event adds. */
function linear(logE: LogE, newTotal: number, oldTotal: number): readonly [number, number, number] {
  const none = logE({ newTotal, newBad: 0, oldTotal, oldBad: 0 });
  const oneNew = logE({ newTotal, newBad: 1, oldTotal, oldBad: 0 });
  const oneOld = logE({ newTotal, newBad: 0, oldTotal, oldBad: 1 });
  return [none, oneNew - none, oneOld - none];
}

/** A new rate of the null beside this old one: on the border at `part` 1, or inside. */
function nullRate(oldRate: number, tolerated: Margin, toward: Direction, inside: number): number {
  const border = toleratedRate(oldRate, tolerated);
  return toward === 'harm' ? inside * border : border + (1 - inside) * Math.max(0, 1 - border);
}

describe('ln E[E] <= 0 at any point of any null', () => {
  it('for Poisson streams of any exposure, in 10,000 cases', () => {
    const exposure = fc.double({ min: 0.1, max: 1e5, noNaN: true });
    fc.assert(
      fc.property(
        fc.tuple(rate, rate),
        fc.tuple(exposure, exposure),
        margin,
        direction,
        fc.tuple(rate, part),
        ([newRate, oldRate], [newTotal, oldTotal], tolerated, toward, [truth, inside]) => {
          const logE: LogE = (counts) =>
            logPoissonE(counts, { newRate, oldRate }, tolerated, toward);
          const [none, perNew, perOld] = linear(logE, newTotal, oldTotal);
          const worst = nullRate(truth, tolerated, toward, inside);
          const mean =
            none + newTotal * worst * Math.expm1(perNew) + oldTotal * truth * Math.expm1(perOld);
          expect(mean).toBeLessThanOrEqual(1e-9 * (1 + newTotal + oldTotal));
        },
      ),
      { numRuns: propertyRuns(10_000) },
    );
  });

  it('for Bernoulli trials, in 5,000 cases', () => {
    fc.assert(
      fc.property(
        fc.tuple(rate, rate),
        fc.tuple(counted, counted),
        fc.double({ min: 1, max: 1.5, noNaN: true }),
        direction,
        fc.tuple(rate, part),
        ([newRate, oldRate], [newTotal, oldTotal], ratio, toward, [truth, inside]) => {
          const tolerated = { ratio, add: 0 };
          const logE: LogE = (counts) =>
            logBernoulliE(counts, { newRate, oldRate }, tolerated, toward);
          const [none, perNew, perOld] = linear(logE, newTotal, oldTotal);
          const worst = Math.min(1, nullRate(truth, tolerated, toward, inside));
          if (toward === 'notWorse' && toleratedRate(truth, tolerated) > 1) return;
          const mean =
            none +
            newTotal * Math.log1p(worst * Math.expm1(perNew)) +
            oldTotal * Math.log1p(truth * Math.expm1(perOld));
          expect(mean).toBeLessThanOrEqual(1e-9 * (1 + newTotal + oldTotal));
        },
      ),
      { numRuns: propertyRuns(5_000) },
    );
  });
});
