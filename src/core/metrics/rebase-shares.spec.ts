import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { seededRandom } from '../../../test/support/seeded-random.ts';
import { type BudgetShares, shareOf } from './budget-shares.ts';
import { rebaseShares } from './rebase-shares.ts';

const names = ['errors', 'latency', 'http', 'constructor'];

interface Standing {
  readonly kept: readonly string[];
  readonly logs: readonly number[];
  readonly units: { readonly isKept: boolean; readonly logHarm: number };
}

const standing = ({ kept, logs, units }: Standing) => ({
  isKept: (guard: string) => kept.includes(guard),
  logHarm: (guard: string) => logs[names.indexOf(guard)] ?? 0,
  units,
});

/** A division among some of the guards; the parts sum to 1. */
const division: fc.Arbitrary<BudgetShares> = fc
  .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 })
  .map((parts) => {
    const whole = parts.reduce((sum, part) => sum + part, 0) || 1;
    const guards = Object.fromEntries(names.map((name, at) => [name, (parts[at] ?? 0) / whole]));
    return { guards, units: (parts[4] ?? 0) / whole };
  });

const log = fc.double({ min: -6, max: 6, noNaN: true });

const anyStanding: fc.Arbitrary<Standing> = fc.record({
  kept: fc.subarray(names),
  logs: fc.array(log, { minLength: 4, maxLength: 4 }),
  units: fc.record({ isKept: fc.boolean(), logHarm: log }),
});

/** Σ part × evidence, where what begins anew has evidence 1. */
function worth(shares: BudgetShares, of: Standing, isAfter: boolean): number {
  const known = standing(of);
  const evidence = (isKept: boolean, logHarm: number): number =>
    isAfter && !isKept ? 1 : Math.exp(logHarm);
  return names.reduce(
    (sum, name) => sum + shareOf(shares, name) * evidence(known.isKept(name), known.logHarm(name)),
    shares.units * evidence(of.units.isKept, of.units.logHarm),
  );
}

const isAtMost = (value: number, bound: number): boolean => value <= bound * (1 + 1e-12) + 1e-15;

describe('the budget after a rebase', () => {
  it('is nowhere worth more than before it, whatever was seen and whoever is kept', () => {
    fc.assert(
      fc.property(division, division, anyStanding, (before, wanted, of) => {
        const after = rebaseShares(before, wanted, standing(of));
        return isAtMost(worth(after, of, true), worth(before, of, false));
      }),
      { numRuns: 500, seed: 7 },
    );
  });

  it('gives nobody more than the newer revision would, and whom it keeps no more than before', () => {
    fc.assert(
      fc.property(division, division, anyStanding, (before, wanted, of) => {
        const after = rebaseShares(before, wanted, standing(of));
        return names.every((name) => {
          const isWithin = isAtMost(shareOf(after, name), shareOf(wanted, name));
          const grew = !isAtMost(shareOf(after, name), shareOf(before, name));
          return isWithin && !(of.kept.includes(name) && grew);
        });
      }),
      { numRuns: 500, seed: 8 },
    );
  });

  it('keeps to the bit what keeps its guard and would be divided alike', () => {
    const shares = { guards: { errors: 0.625, latency: 0.375 }, units: 0 };
    const of = { kept: ['errors', 'latency'], logs: [2, -3], units: { isKept: true, logHarm: 0 } };
    expect(rebaseShares(shares, shares, standing(of))).toEqual(shares);
  });

  it('is not spent again by taking a guard away and putting it back', () => {
    const one = { guards: { errors: 1 }, units: 0 };
    const none = { guards: {}, units: 0 };
    const lost = { kept: [], logs: [Math.log(0.4)], units: { isKept: false, logHarm: 0 } };
    const changed = rebaseShares(one, one, standing(lost));
    expect(changed.guards['errors']).toBeCloseTo(0.4, 12);
    const third = rebaseShares(changed, one, standing(lost));
    expect(third.guards['errors']).toBeCloseTo(0.16, 12);
    const gone = rebaseShares(third, none, standing(lost));
    expect(rebaseShares(gone, one, standing(lost)).guards['errors']).toBe(0);
  });

  it('places nothing anew of what betting has won', () => {
    const one = { guards: { errors: 0.5, latency: 0.5 }, units: 0 };
    const won = { kept: ['latency'], logs: [4, 0], units: { isKept: true, logHarm: 0 } };
    expect(rebaseShares(one, one, standing(won))).toEqual(one);
  });
});

describe('whoever rebases at the worst moments', () => {
  const [alpha, rollouts, looks] = [0.1, 400, 600];
  const one: BudgetShares = { guards: { errors: 1 }, units: 0 };

  /** One harmless guard that bets on a fair coin, and is changed whenever betting has lost half. */
  function isRolledBack(random: () => number, after: (share: number, log: number) => number) {
    let [share, log] = [1, 0];
    for (let look = 0; look < looks; look += 1) {
      log += random() < 0.5 ? Math.log(1.5) : Math.log(0.5);
      if (Math.log(share) + log >= -Math.log(alpha)) return true;
      if (log > Math.log(0.5)) continue;
      [share, log] = [after(share, log), 0];
    }
    return false;
  }

  function rate(after: (share: number, log: number) => number): number {
    const random = seededRandom(11);
    const back = Array.from({ length: rollouts }, () => isRolledBack(random, after));
    return back.filter(Boolean).length / rollouts;
  }

  it('rolls a harmless rollout back no oftener than the budget allows', () => {
    const kept = (share: number, logHarm: number): number => {
      const units = { isKept: true, logHarm: 0 };
      const how = { isKept: () => false, logHarm: () => logHarm, units };
      return shareOf(rebaseShares({ ...one, guards: { errors: share } }, one, how), 'errors');
    };
    expect(rate(kept)).toBeLessThanOrEqual(alpha);
    // Were each guard to begin with its whole part, hardly any rollout would go through.
    expect(rate(() => 1)).toBeGreaterThan(0.5);
  });
});
