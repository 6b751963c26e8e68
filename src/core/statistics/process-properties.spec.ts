import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { propertyRuns } from '../../../test/support/property-runs.ts';
import { harmRates, harmWeights } from './alternatives.ts';
import { logBernoulliE } from './bernoulli-e-variable.ts';
import {
  advanceProcess,
  type EProcess,
  logEvidence,
  newProcess,
  processPlan,
  type ProcessTick,
} from './e-process.ts';
import { logPoissonE } from './poisson-e-variable.ts';
import type { Direction, RatePair, TwoStreams } from './two-streams.ts';

const plan = processPlan({ weights: harmWeights, first: 0.2 });
const bets = harmWeights.length;
const diagonal = { ratio: 1, add: 0 };

const seconds = fc.double({ min: 0.1, max: 60, noNaN: true });
const logs = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), {
  minLength: bets,
  maxLength: bets,
});
const past = fc.array(fc.record({ seconds, logE: logs }), { minLength: 1, maxLength: 8 });

function run(ticks: readonly ProcessTick[], from: EProcess = newProcess): EProcess {
  return ticks.reduce((process, tick) => advanceProcess(process, plan, tick), from);
}

const evidenceOf = (process: EProcess): number => logEvidence(process, plan);
const scaled = (logE: readonly number[], part: number): readonly number[] =>
  logE.map((log) => part * log);

describe('a tick that is cut in two', () => {
  const cut = fc.double({ min: 0.05, max: 0.95, noNaN: true });
  const dispersion = fc.double({ min: 1, max: 20, noNaN: true });

  it('says the same where stakes and dispersion are those of the whole tick', () => {
    fc.assert(
      fc.property(past, seconds, logs, cut, dispersion, (before, time, logE, part, scatter) => {
        const from = run(before);
        const whole = run([{ seconds: time, logE, dispersion: scatter }], from);
        const halves = [
          { seconds: time, logE: scaled(logE, part), dispersion: scatter },
          { seconds: 0, logE: scaled(logE, 1 - part), dispersion: scatter },
        ];
        expect(evidenceOf(run(halves, from))).toBeCloseTo(evidenceOf(whole), 9);
      }),
      { numRuns: propertyRuns(1_000) },
    );
  });

  it('says something else where a stake is placed in between', () => {
    // Of all bets alike, so that what the late stake misses cannot cancel.
    const loss = fc.double({ min: -3, max: -0.5, noNaN: true });
    fc.assert(
      fc.property(past, seconds, loss, cut, (before, time, log, part) => {
        const from = run(before);
        const logE = Array.from({ length: bets }, () => log);
        const whole = evidenceOf(run([{ seconds: time, logE }], from));
        const halves = [
          { seconds: part * time, logE: scaled(logE, part) },
          { seconds: (1 - part) * time, logE: scaled(logE, 1 - part) },
        ];
        // The stake that comes later has not lost the first part.
        expect(evidenceOf(run(halves, from))).toBeGreaterThan(whole);
      }),
      { numRuns: propertyRuns(1_000) },
    );
  });

  it('says something else where the dispersion is another one after the cut', () => {
    const gain = fc.double({ min: 0.5, max: 3, noNaN: true });
    fc.assert(
      fc.property(past, seconds, gain, cut, dispersion, (before, time, log, part, scatter) => {
        const from = run(before);
        const logE = Array.from({ length: bets }, () => log);
        const whole = evidenceOf(run([{ seconds: time, logE, dispersion: scatter }], from));
        const halves = [
          { seconds: time, logE: scaled(logE, part), dispersion: scatter },
          { seconds: 0, logE: scaled(logE, 1 - part), dispersion: 2 * scatter },
        ];
        expect(evidenceOf(run(halves, from))).toBeLessThan(whole);
      }),
      { numRuns: propertyRuns(1_000) },
    );
  });
});

const rate = fc.double({ min: 0.001, max: 0.6, noNaN: true });
const count = fc.nat(400);

/** Counts of one tick; never more bad events than events. */
const counts: fc.Arbitrary<TwoStreams> = fc
  .tuple(count, count, fc.double({ min: 0, max: 1, noNaN: true }), rate)
  .map(([newTotal, oldTotal, newPart, oldPart]) => ({
    newTotal,
    newBad: Math.floor(newPart * newTotal),
    oldTotal,
    oldBad: Math.floor(oldPart * oldTotal),
  }));

type LogE = (seen: TwoStreams, bet: RatePair, margin: typeof diagonal, toward: Direction) => number;

const families: readonly (readonly [string, LogE])[] = [
  ['Poisson', logPoissonE],
  ['Bernoulli', logBernoulliE],
];

describe.each(families)('the bets of a %s tick', (_, logE) => {
  it('do not care how it is cut while both sides are cut alike and the old rate is bet the same', () => {
    const margin = { ratio: 1.1, add: 0.0005 };
    const bet = { newRate: 0.2, oldRate: 0.05 };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), counts, counts, (times, one, other) => {
        // The second part has `times` as many events on both sides.
        const second = {
          newTotal: times * one.newTotal,
          oldTotal: times * one.oldTotal,
          newBad: Math.min(times * one.newTotal, other.newBad),
          oldBad: Math.min(times * one.oldTotal, other.oldBad),
        };
        const whole = {
          newTotal: one.newTotal + second.newTotal,
          newBad: one.newBad + second.newBad,
          oldTotal: one.oldTotal + second.oldTotal,
          oldBad: one.oldBad + second.oldBad,
        };
        const sum = logE(one, bet, margin, 'harm') + logE(second, bet, margin, 'harm');
        const together = logE(whole, bet, margin, 'harm');
        expect(Math.abs(sum - together)).toBeLessThanOrEqual(1e-7 * (1 + Math.abs(together)));
      }),
      { numRuns: propertyRuns(500) },
    );
  });

  it('are other ones for another guess of the old rate', () => {
    const half = { newTotal: 100, newBad: 12, oldTotal: 300, oldBad: 9 };
    const whole = { newTotal: 200, newBad: 24, oldTotal: 600, oldBad: 18 };
    const at = (seen: TwoStreams, oldRate: number): number =>
      logE(seen, { newRate: 0.2, oldRate }, { ratio: 1.1, add: 0.0005 }, 'harm');
    expect(at(half, 0.03) + at(half, 0.03)).toBeCloseTo(at(whole, 0.03), 9);
    expect(Math.abs(at(half, 0.03) + at(half, 0.06) - at(whole, 0.03))).toBeGreaterThan(0.01);
  });

  it('of harm are those of "not worse" when the sides change places and nothing is tolerated', () => {
    const ticks = fc.array(fc.record({ seconds, counts }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(ticks, rate, (list, oldRate) => {
        const rates = harmRates(oldRate);
        const process = (toward: Direction): EProcess =>
          run(
            list.map((tick) => ({
              seconds: tick.seconds,
              logE: rates.map((newRate) => {
                const { newTotal, newBad, oldTotal, oldBad } = tick.counts;
                return toward === 'harm'
                  ? logE(tick.counts, { newRate, oldRate }, diagonal, toward)
                  : logE(
                      { newTotal: oldTotal, newBad: oldBad, oldTotal: newTotal, oldBad: newBad },
                      { newRate: oldRate, oldRate: newRate },
                      diagonal,
                      toward,
                    );
              }),
            })),
          );
        expect(evidenceOf(process('notWorse'))).toBeCloseTo(evidenceOf(process('harm')), 6);
      }),
      { numRuns: propertyRuns(500) },
    );
  });
});
