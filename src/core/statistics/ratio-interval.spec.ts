import { describe, expect, it } from '@jest/globals';
import { poisson, seededRandom } from '../../../test/support/seeded-random.ts';
import { addToRatio, noRatio, normalMixtureBound, ratioInterval } from './ratio-interval.ts';

describe('ratioInterval', () => {
  it('is the Mantel-Haenszel ratio of all ticks', () => {
    const ticks = [
      { newTotal: 100, newBad: 4, oldTotal: 300, oldBad: 6 },
      { newTotal: 50, newBad: 10, oldTotal: 450, oldBad: 60 },
    ];
    const sums = ticks.reduce(addToRatio, noRatio);
    const upper = (4 * 300) / 400 + (10 * 450) / 500;
    const lower = (6 * 100) / 400 + (60 * 50) / 500;
    expect(ratioInterval(sums, 1)?.ratio).toBeCloseTo(upper / lower, 12);
  });

  it('is untouched by incidents of both sides, where pooled rates are not', () => {
    const calm = { newTotal: 10, newBad: 1, oldTotal: 190, oldBad: 19 };
    const incident = { newTotal: 100, newBad: 50, oldTotal: 100, oldBad: 50 };
    expect(ratioInterval([calm, incident].reduce(addToRatio, noRatio), 1)?.ratio).toBeCloseTo(
      1,
      12,
    );
  });

  it('contains the truth at every look, in 95 of 100 runs', () => {
    let missed = 0;
    for (let run = 0; run < 200; run += 1) {
      const random = seededRandom(run);
      let sums = noRatio;
      let isMissed = false;
      for (let tick = 0; tick < 300; tick += 1) {
        const part = tick < 100 ? 0.05 : 0.5;
        const counts = { newTotal: 1000 * part, oldTotal: 1000 * (1 - part) };
        const newBad = poisson(counts.newTotal * 0.006, random);
        const oldBad = poisson(counts.oldTotal * 0.004, random);
        sums = addToRatio(sums, { ...counts, newBad, oldBad });
        const interval = ratioInterval(sums, 1);
        if (interval !== null && (interval.low > 1.5 || interval.high < 1.5)) isMissed = true;
      }
      missed += isMissed ? 1 : 0;
    }
    expect(missed).toBeLessThanOrEqual(10);
  });

  it('is wider for failures that come in clusters', () => {
    const sums = addToRatio(noRatio, { newTotal: 100, newBad: 40, oldTotal: 100, oldBad: 40 });
    const [one, four] = [ratioInterval(sums, 1), ratioInterval(sums, 4)];
    expect((four?.high ?? 0) / (one?.high ?? 1)).toBeGreaterThan(1.2);
    expect((one?.low ?? 1) * (one?.high ?? 1)).toBeCloseTo(1, 12);
  });

  it('is unknown until both sides have failed, and learns nothing from one side alone', () => {
    expect(ratioInterval(noRatio, 1)).toBeNull();
    const alone = addToRatio(noRatio, { newTotal: 10, newBad: 3, oldTotal: 0, oldBad: 0 });
    expect(alone).toBe(noRatio);
    const never = addToRatio(noRatio, { newTotal: 10, newBad: 3, oldTotal: 10, oldBad: 0 });
    expect(ratioInterval(never, 1)).toBeNull();
  });
});

describe('normalMixtureBound', () => {
  it('is crossed by a random walk with at most the chance that it is given', () => {
    let crossed = 0;
    for (let run = 0; run < 400; run += 1) {
      const random = seededRandom(run + 1);
      let walk = 0;
      let isCrossed = false;
      for (let step = 1; step <= 1000; step += 1) {
        walk += random() < 0.5 ? 1 : -1;
        if (Math.abs(walk) >= normalMixtureBound(step, 0.1)) isCrossed = true;
      }
      crossed += isCrossed ? 1 : 0;
    }
    expect(crossed).toBeLessThanOrEqual(40);
    expect(crossed).toBeGreaterThan(5);
  });
});
