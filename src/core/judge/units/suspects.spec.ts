import { describe, expect, it } from '@jest/globals';
import type { ErrorsGuard } from '../../policy/guard.ts';
import { poisson, seededRandom } from '../../../../test/support/seeded-random.ts';
import { greatest } from '../../statistics/cusum.ts';
import { type ErrorsHarm, type ErrorsTick, logErrorsHarm, noHarm } from '../errors-judge.ts';
import {
  advanceEvidence,
  type ErrorsEvidence,
  harmWithout,
  leaveOut,
  noEvidence,
  othersWithout,
} from './suspects.ts';

const guard: ErrorsGuard = { name: 'e', compare: 'errors', tolerate: { ratio: 1.1, add: 0.001 } };

/** A tick in which the new side's units make 100 requests each and fail so often. */
function tickOf(failed: readonly number[]): ErrorsTick {
  const requests = failed.map(() => 100);
  const newTotal = 100 * failed.length;
  const all = {
    counts: { newTotal, newBad: failed.reduce((a, b) => a + b, 0), oldTotal: 9000, oldBad: 9 },
    newRequests: newTotal,
    oldRate: 0.001,
    canary: { requests, exposures: requests, votes: failed },
  };
  return {
    seconds: 5,
    warming: false,
    precision: { dispersion: 1, deviation: 0 },
    ...all,
    kinds: [{ kind: 'unnamed', ...all }],
  };
}

function run(ticks: readonly ErrorsTick[]): ErrorsEvidence {
  return ticks.reduce((before, tick) => advanceEvidence(before, guard, tick), noEvidence);
}

/** The evidence as if the unit of a row had never been there, counted from the start. */
function never(ticks: readonly ErrorsTick[], row: number): number {
  const without = ticks.map((tick) => tickOf(tick.canary.votes.filter((_, at) => at !== row)));
  return logErrorsHarm(run(without).harm, 0);
}

const log = (harm: ErrorsHarm | undefined): number => logErrorsHarm(harm ?? noHarm, 0);
const broken = Array.from({ length: 6 }, () => tickOf([0, 6, 0, 0, 1, 0]));

describe('advanceEvidence', () => {
  it('knows what would be left without the unit, from its first failure on', () => {
    const { harm, suspects } = run(broken);
    expect(log(harm)).toBeGreaterThan(Math.log(100));
    const culprit = suspects.find(({ row }) => row === 1);
    expect(log(culprit?.without)).toBeCloseTo(never(broken, 1), 9);
    expect(log(culprit?.without)).toBeLessThan(Math.log(10));
  });

  it('finds much left without any unit where all are harmed', () => {
    const { harm, suspects } = run(Array.from({ length: 6 }, () => tickOf([2, 2, 2, 2, 2, 2])));
    const least = Math.min(...suspects.map(({ without }) => log(without)));
    expect(least).toBeGreaterThan(0.6 * log(harm));
  });

  it('never tells more than the truth, when a unit begins to fail late', () => {
    const late = [...Array.from({ length: 5 }, () => tickOf([0, 0, 0, 0, 0, 0])), ...broken];
    const { suspects } = run(late);
    const culprit = suspects.find(({ row }) => row === 1);
    expect(log(culprit?.without)).toBeLessThanOrEqual(never(late, 1) + 1e-9);
  });

  it('sees whether the others fail oftener than the old side, even within the tolerance', () => {
    const othersOf = ({ suspects }: ErrorsEvidence, row: number): number =>
      greatest(suspects.find((one) => one.row === row)?.others ?? []);
    expect(othersOf(run(broken), 1)).toBeLessThan(Math.log(20));
    const mildly = Array.from({ length: 12 }, () => tickOf([0, 12, 1, 0, 1, 0]));
    expect(log(run(mildly).suspects.find(({ row }) => row === 1)?.without)).toBeLessThan(2.3);
    expect(othersOf(run(mildly), 1)).toBeGreaterThan(Math.log(20));
  });

  it('estimates what would be left without two units, never more than without either', () => {
    const ticks = Array.from({ length: 6 }, () => tickOf([0, 6, 0, 5, 0, 0]));
    const evidence = run(ticks);
    const rows = ticks.map(() => tickOf([0, 0, 0, 0]));
    const both = log(harmWithout(evidence, [1, 3]));
    expect(both).toBeLessThanOrEqual(log(harmWithout(evidence, [1])));
    expect(both).toBeLessThanOrEqual(log(harmWithout(evidence, [3])));
    expect(Math.abs(both - log(run(rows).harm))).toBeLessThan(2);
    const [one, two] = [othersWithout(evidence, [3]), othersWithout(evidence, [1, 3])].map(
      greatest,
    );
    expect(two).toBeLessThan((one ?? 0) / 3);
    expect(harmWithout(evidence, [])).toBe(evidence.harm);
  });

  it('keeps the sixteen that matter most', () => {
    const random = seededRandom(4);
    const ticks = Array.from({ length: 12 }, () =>
      tickOf(Array.from({ length: 60 }, (_, row) => poisson(row === 7 ? 4 : 0.3, random))),
    );
    const { suspects } = run(ticks);
    expect(suspects).toHaveLength(16);
    const least = suspects.toSorted((a, b) => log(a.without) - log(b.without))[0];
    expect(least?.row).toBe(7);
  });
});

describe('leaveOut', () => {
  it('goes on as if the unit had never been exposed', () => {
    const left = leaveOut(run(broken), 1);
    expect(log(left.harm)).toBeCloseTo(never(broken, 1), 9);
    expect(left.suspects.map(({ row }) => row)).toEqual([4]);
    for (const { without } of left.suspects) {
      expect(log(without)).toBeLessThanOrEqual(log(left.harm) + 1e-9);
    }
    expect(greatest(left.recent)).toBeLessThan(Math.log(10));
    const others = broken.map((tick) => tickOf(tick.canary.votes.filter((_, row) => row !== 1)));
    expect(left.ratio.fromNew).toBeCloseTo(run(others).ratio.fromNew, 9);
    expect(left.ratio.fromNew).toBeLessThan(run(broken).ratio.fromNew / 5);
  });

  it('changes nothing for a unit that was no suspect', () => {
    const evidence = run(broken);
    expect(leaveOut(evidence, 2)).toBe(evidence);
  });
});
