import { describe, expect, it } from '@jest/globals';
import { poissonTail } from '../../statistics/poisson-tail.ts';
import type { Margin } from '../../statistics/two-streams.ts';
import { advanceUnitGuard, harmedRows, loudest, type UnitProcess } from './unit-guard.ts';
import { noMinute, type OpenMinute, type UnitKnowledge } from './unit-table.ts';

/** Eleven units with ten requests a minute, none of which fails but in 2 of 96 minutes. */
const known: UnitKnowledge = {
  relative: [],
  variance: [],
  kindRates: {},
  spread: 1,
  drift: 0,
  dispersion: 1,
  rate: 0,
  badMinutes: Array.from({ length: 11 }, () => 2),
  requestsPerMinute: Array.from({ length: 11 }, () => 10),
  minutes: 96,
};

/** What is usual of each of them: (2 + 4 × 0) / (96 + 4). */
const usual = 0.02;

/** A minute of the unit of row 0 on the new side; the others are on the old, `struck` of them fail. */
function minute(requests: number, failed: number, struck = 0): OpenMinute {
  const others = Array.from({ length: 10 }, (_, at) => (at < struck ? 10 : 0));
  return {
    ...noMinute,
    seconds: 60,
    newRequests: [requests],
    newFailed: [failed],
    oldRequests: [0, ...others.map(() => 10)],
    oldFailed: [0, ...others],
  };
}

interface Scene {
  readonly minute: OpenMinute;
  readonly past?: UnitKnowledge;
  readonly tolerate?: Margin;
}

/** Evidence against the unit after its first minute. */
function evidence({ minute: one, past = known, tolerate = { ratio: 1, add: 0 } }: Scene): number {
  const [process] = advanceUnitGuard([], past, one, tolerate);
  return Math.exp(process?.log ?? NaN);
}

/** A tenth of the stake is placed, half of it on 35 % and half on 90 % bad minutes. */
function afterBad(border: number): number {
  const bet = (part: number): number => (part > border ? part / border : 1);
  return 0.9 + 0.1 * (bet(0.35) / 2 + bet(0.9) / 2);
}

function afterGood(border: number): number {
  const bet = (part: number): number => (part > border ? (1 - part) / (1 - border) : 1);
  return 0.9 + 0.1 * (bet(0.35) / 2 + bet(0.9) / 2);
}

describe('a minute of a unit', () => {
  it('may be bad half as often again as in its past, and in one of twenty beside', () => {
    expect(evidence({ minute: minute(10, 10) })).toBeCloseTo(afterBad(1.5 * usual + 0.05), 12);
    expect(evidence({ minute: minute(10, 0) })).toBeCloseTo(afterGood(1.5 * usual + 0.05), 12);
  });

  it('may be bad more often where the unit is busier than it was, not less often where it is not', () => {
    expect(evidence({ minute: minute(30, 30) })).toBeCloseTo(afterBad(4.5 * usual + 0.05), 12);
    expect(evidence({ minute: minute(5, 5) })).toBeCloseTo(afterBad(1.5 * usual + 0.05), 12);
  });

  // Two of ten old units fail where 10 × 0.02 are usual: ten times as often. Of all requests there 20 %
  // fail, which five of ten do not stand out from and ten do: outstanding from 2 + 2.5 √2 on.
  it('may be bad as much more often as it is for the old side', () => {
    const border = 10 * 1.5 * usual + 0.05 + poissonTail(6, 2);
    expect(evidence({ minute: minute(10, 10, 2) })).toBeCloseTo(afterBad(border), 12);
    expect(evidence({ minute: minute(10, 5, 2) })).toBeCloseTo(afterGood(border), 12);
  });

  it('is no surprise where nearly all were bad before', () => {
    const past = { ...known, badMinutes: [96] };
    expect(evidence({ minute: minute(10, 10), past })).toBeCloseTo(1, 12);
  });

  // A failure in a hundred was usual: at least one in ten requests is in 1 - e^-0.1 of all minutes, of
  // which four are taken together with the unit's own.
  it('is expected from what is usual of all units where little is known of one', () => {
    const past = { ...known, rate: 0.01, badMinutes: [], minutes: 6 };
    const often = (4 * (1 - Math.exp(-0.1))) / 10;
    const border = 1.5 * often + 0.05 + (1 - Math.exp(-0.1));
    expect(evidence({ minute: minute(10, 10), past })).toBeCloseTo(afterBad(border), 12);
  });

  it('counts with those before it', () => {
    const once = advanceUnitGuard([], known, minute(10, 10), { ratio: 1, add: 0 });
    const [twice] = advanceUnitGuard(once, known, minute(10, 10), { ratio: 1, add: 0 });
    const again = advanceUnitGuard([], known, minute(10, 10), { ratio: 1, add: 0 });
    expect(twice?.bad.elapsed).toBe(60);
    expect(twice?.log).toBeGreaterThan(2 * (again[0]?.log ?? Infinity));
    const idle = advanceUnitGuard(once, known, noMinute, { ratio: 1, add: 0 });
    expect(idle).toEqual(once);
  });
});

describe('the loudest', () => {
  const process = (row: number, log: number): UnitProcess => {
    return { row, log, bad: { elapsed: 0, grown: [] } };
  };

  it('are the four with most evidence, of equal ones the first', () => {
    const all = [process(9, 1), process(8, 5), process(7, 1), process(6, 3), process(5, 1)];
    expect(loudest(all)).toEqual([8, 6, 5, 7]);
  });

  it('are not yet harmed: e-values of 20 and 9 of two units name one at a tenth', () => {
    const two = [process(4, Math.log(9)), process(3, Math.log(20.1))];
    expect(harmedRows(two, 2, 0.1)).toEqual([3]);
    expect(harmedRows(two, 3, 0.1)).toEqual([]);
  });
});
