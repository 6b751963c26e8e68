import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { poisson, seededRandom } from '../../../test/support/seeded-random.ts';
import { harmRates, harmWeights } from './alternatives.ts';
import {
  advanceProcess,
  type EProcess,
  logEvidence,
  newProcess,
  processPlan,
  type ProcessTick,
} from './e-process.ts';
import { logPoissonE } from './poisson-e-variable.ts';

const plan = processPlan({ weights: [0.6, 0.3, 0.1], first: 0.2 });
const logE = fc.double({ min: -8, max: 8, noNaN: true });
const ticks: fc.Arbitrary<ProcessTick[]> = fc.array(
  fc.record({
    seconds: fc.double({ min: 0, max: 30, noNaN: true }),
    logE: fc.oneof(fc.constant([]), fc.tuple(logE, logE, logE)),
  }),
  { minLength: 1, maxLength: 25 },
);

function run(list: readonly ProcessTick[], from: EProcess = newProcess): EProcess {
  return list.reduce((process, tick) => advanceProcess(process, plan, tick), from);
}

/** Every start and every alternative by itself, in plain numbers: Σ start × weight × product of E. */
function bruteForce(list: readonly ProcessTick[]): number {
  let time = 0;
  const times = list.map((tick, i) => (time += i === 0 ? 0 : tick.seconds));
  const left = (t: number): number => 0.8 / (1 + Math.log(1 + t / 5));
  let sum = left(times.at(-1) ?? 0);
  for (const [start, at] of times.entries()) {
    const stake = start === 0 ? 0.2 : left(times[start - 1] ?? 0) - left(at);
    for (const [k, weight] of plan.weights.entries()) {
      const product = list.slice(start).reduce((e, tick) => e * Math.exp(tick.logE[k] ?? 0), 1);
      sum += stake * weight * product;
    }
  }
  return sum;
}

describe('advanceProcess', () => {
  it('is the sum over all starts and alternatives', () => {
    fc.assert(
      fc.property(ticks, (list) => {
        expect(logEvidence(run(list), plan)).toBeCloseTo(Math.log(bruteForce(list)), 8);
      }),
    );
  });

  it('stays at 1 while nothing is learned, however long', () => {
    const idle = Array.from({ length: 500 }, () => ({ seconds: 60, logE: [] }));
    expect(logEvidence(run(idle), plan)).toBeCloseTo(0, 9);
    expect(logEvidence(newProcess, plan)).toBe(0);
  });

  it('goes on to the last bit after it was written and read', () => {
    fc.assert(
      fc.property(ticks, ticks, (before, after) => {
        const kept = run(before);
        const read = JSON.parse(JSON.stringify(kept)) as EProcess;
        expect(run(after, read)).toEqual(run(after, kept));
      }),
    );
  });

  it('survives a bet that was lost for good', () => {
    const lost = run([{ seconds: 1, logE: [-Infinity, 0, 0] }]);
    expect(lost.grown[0]).toBeNull();
    const after = run([{ seconds: 1, logE: [5, 0, 0] }], JSON.parse(JSON.stringify(lost)));
    expect(after.grown[0]).toBeGreaterThan(-5);
  });

  it('does not care how a tick is cut when no stake is placed in between', () => {
    const begun = run([{ seconds: 0, logE: [] }]);
    const whole = run([{ seconds: 7, logE: [1, 2, 3] }], begun);
    const halves = run(
      [
        { seconds: 7, logE: [0.25, 0.5, 0.75] },
        { seconds: 0, logE: [0.75, 1.5, 2.25] },
      ],
      begun,
    );
    expect(logEvidence(halves, plan)).toBeCloseTo(logEvidence(whole, plan), 10);
  });

  it('grows with every piece of evidence', () => {
    const at = (size: number): number =>
      logEvidence(run([{ seconds: 1, logE: [size, size, size] }]), plan);
    expect(at(1)).toBeGreaterThan(at(0.9));
    expect(at(-1)).toBeLessThan(0);
  });

  it('recovers from a long loss within a few ticks of harm', () => {
    const healthy = Array.from({ length: 1000 }, () => ({ seconds: 1, logE: [-3, -3, -3] }));
    const harmed = Array.from({ length: 5 }, () => ({ seconds: 1, logE: [4, 4, 4] }));
    expect(logEvidence(run(healthy), plan)).toBeLessThan(0);
    expect(logEvidence(run(harmed, run(healthy)), plan)).toBeGreaterThan(Math.log(100));
  });

  it('still has a stake left after a week', () => {
    const week = run([
      { seconds: 0, logE: [] },
      { seconds: 7 * 24 * 3600, logE: [-100, -100, -100] },
    ]);
    expect(Math.exp(logEvidence(week, plan))).toBeGreaterThan(0.05);
  });

  it('takes the root of the evidence of counts that scatter more', () => {
    const once = run([{ seconds: 1, logE: [4, 4, 4], dispersion: 2 }]);
    expect(once).toEqual(run([{ seconds: 1, logE: [2, 2, 2] }]));
  });
});

describe('a rollout without harm', () => {
  it('exceeds 100 in at most 1.6 % of 2,000 runs, looked at after every tick', () => {
    const margin = { ratio: 1.1, add: 0.0005 };
    const harm = processPlan({ weights: harmWeights, first: 0.2 });
    const border = 1.1 * 0.01 + 0.0005;
    let exceeded = 0;
    for (let seed = 1; seed <= 2000; seed += 1) {
      const random = seededRandom(seed * 7919);
      let process = newProcess;
      for (let tick = 0; tick < 50; tick += 1) {
        const counts = {
          newTotal: 100,
          newBad: poisson(100 * border, random),
          oldTotal: 300,
          oldBad: poisson(3, random),
        };
        const logs = harmRates(border).map((newRate) =>
          logPoissonE(counts, { newRate, oldRate: 0.01 }, margin, 'harm'),
        );
        process = advanceProcess(process, harm, { seconds: 5, logE: logs });
        if (logEvidence(process, harm) >= Math.log(100)) {
          exceeded += 1;
          break;
        }
      }
    }
    expect(exceeded).toBeLessThanOrEqual(32);
  });
});

describe('scaleSeconds', () => {
  it('is the time by which onsets are measured: ten times the scale, ten times the time', () => {
    const tick = { seconds: 3, logE: [0.4, -0.2, 1] };
    const slow = { ...plan, scaleSeconds: 50 };
    let [one, other] = [newProcess, newProcess];
    for (let i = 0; i < 9; i += 1) {
      one = advanceProcess(one, plan, tick);
      other = advanceProcess(other, slow, { ...tick, seconds: 30 });
      expect(logEvidence(other, slow)).toBeCloseTo(logEvidence(one, plan), 12);
    }
  });
});
