import { describe, expect, it } from '@jest/globals';
import type { ErrorsGuard } from '../policy/guard.ts';
import { newProcess } from '../statistics/e-process.ts';
import {
  advanceErrorsNotWorse,
  advanceHarm,
  type ErrorsHarm,
  type ErrorsStream,
  type ErrorsTick,
  harmedOperations,
  logErrorsHarm,
  logHarmE,
  logErrorsNotWorse,
  noHarm,
  withoutUnit,
} from './errors-judge.ts';

const guard: ErrorsGuard = {
  name: 'errors',
  compare: 'errors',
  tolerate: { ratio: 1.1, add: 0.005 },
};

const minute = 60_000;

function stream(newBad: number, changes: Partial<ErrorsStream> = {}): ErrorsStream {
  return {
    counts: { newTotal: 1000, newBad, oldTotal: 3000, oldBad: 3 },
    newRequests: 1000,
    oldRate: 0.001,
    canary: { requests: [1000], exposures: [1000], votes: [newBad] },
    ...changes,
  };
}

type Circumstances = Partial<Pick<ErrorsTick, 'warming' | 'precision'>>;

/** Operations of no known kind. */
function tickOf(all: ErrorsStream, changes: Circumstances = {}): ErrorsTick {
  return {
    seconds: 1,
    warming: false,
    precision: { dispersion: 1, deviation: 0 },
    ...changes,
    ...all,
    kinds: [{ kind: 'unnamed', ...all }],
  };
}

const tick = (newBad: number, changes: Circumstances = {}): ErrorsTick =>
  tickOf(stream(newBad), changes);

const after = (harm: ErrorsHarm, next: ErrorsTick): ErrorsHarm =>
  advanceHarm(harm, next, logHarmE(guard.tolerate, next));

function harmWith(warmupMs: number, ...ticks: ErrorsTick[]): number {
  const end = ticks.reduce(after, noHarm);
  return logErrorsHarm(end, warmupMs);
}

const harm = (...ticks: ErrorsTick[]): number => harmWith(0, ...ticks);

function notWorse(...ticks: ErrorsTick[]): number {
  return logErrorsNotWorse(
    ticks.reduce((process, next) => advanceErrorsNotWorse(process, guard, next), newProcess),
  );
}

describe('evidence of errors', () => {
  it('finds more harm in more failures', () => {
    const evidence = [0, 5, 10, 20, 50].map((failed) => harm(tick(failed)));
    expect(evidence).toEqual(evidence.toSorted((a, b) => a - b));
    expect(evidence[4]).toBeGreaterThan(Math.log(100));
  });

  it('finds no harm in what is tolerated: 0.61 % beside 0.1 %', () => {
    expect(harm(...Array.from({ length: 30 }, () => tick(6)))).toBeLessThan(1);
  });

  it('finds less proof in more failures', () => {
    const proof = [0, 1, 3, 6, 10].map((failed) => notWorse(tick(failed)));
    expect(proof).toEqual(proof.toSorted((a, b) => b - a));
    expect(notWorse(tick(1), tick(1), tick(1))).toBeGreaterThan(Math.log(100));
  });

  it('finds no proof where the new side is as bad as tolerated', () => {
    expect(notWorse(...Array.from({ length: 30 }, () => tick(6)))).toBeLessThan(1);
  });

  it('needs 2 points more while caches are cold', () => {
    const warming = (failed: number): ErrorsTick => tick(failed, { warming: true });
    expect(harmWith(minute, tick(25), tick(25))).toBeGreaterThan(Math.log(100));
    expect(harmWith(minute, warming(25), warming(25))).toBeLessThan(0);
    expect(harmWith(minute, warming(80), warming(80))).toBeGreaterThan(Math.log(100));
  });

  it('loses no stake to the warm-up: what shows after it is found as soon', () => {
    const cold = Array.from({ length: 60 }, () => tick(2, { warming: true }));
    const soon = harmWith(minute, tick(15), tick(15));
    expect(harmWith(minute, ...cold, tick(15), tick(15))).toBeGreaterThan(soon);
  });

  it('does not make proof easier while caches are cold', () => {
    expect(notWorse(tick(2, { warming: true }))).toBe(notWorse(tick(2)));
  });

  it('learns nothing where one side has no traffic', () => {
    const alone = tickOf(
      stream(50, { counts: { newTotal: 1000, newBad: 50, oldTotal: 0, oldBad: 0 } }),
    );
    expect(harm(alone)).toBeCloseTo(0, 12);
    expect(notWorse(alone)).toBeCloseTo(0, 12);
  });

  it('takes what is not known of the units for no harm and no proof', () => {
    const precision = { dispersion: 1, deviation: 0.5 };
    expect(harm(tick(25, { precision }))).toBeLessThan(harm(tick(25)));
    expect(notWorse(tick(1, { precision }))).toBeLessThan(notWorse(tick(1)));
  });

  it('takes failures that come in clusters for fewer', () => {
    const precision = { dispersion: 3, deviation: 0 };
    expect(harm(tick(40, { precision }))).toBeLessThan(harm(tick(40)) / 2);
    expect(notWorse(tick(0, { precision }))).toBeLessThan(notWorse(tick(0)) / 2);
  });

  it('tolerates points of requests, however careful the units are', () => {
    const counts = { newTotal: 100, newBad: 5, oldTotal: 3000, oldBad: 3 };
    const play = (newRequests: number): number =>
      harm(...Array.from({ length: 20 }, () => tickOf(stream(5, { counts, newRequests }))));
    expect(play(1000)).toBeLessThan(0);
    expect(play(100)).toBeGreaterThan(10);
  });
});

describe('reads and writes', () => {
  const half = { newTotal: 500, oldTotal: 1500, oldBad: 1 };
  const part = (newBad: number): ErrorsStream =>
    stream(newBad, { counts: { ...half, newBad }, newRequests: 500 });
  const apart = (reads: number, writes: number): ErrorsTick => {
    const [read, write] = [part(reads), part(writes)];
    const all = stream(reads + writes);
    const kinds = [
      { kind: 'read', ...read },
      { kind: 'write', ...write },
    ] as const;
    return { ...tickOf(all), kinds };
  };
  const play = (one: ErrorsTick): ErrorsHarm => [one, one, one].reduce(after, noHarm);
  const logOf = (one: ErrorsTick): number => logErrorsHarm(play(one), 0);

  it('hide nothing from each other: failing reads are found beside writes that go well', () => {
    expect(logOf(apart(10, 0))).toBeGreaterThan(logOf(tick(10)) + 3);
    expect(logOf(apart(0, 10))).toBeGreaterThan(logOf(tick(10)) + 3);
  });

  it('speak together where both fail', () => {
    const both = logOf(apart(8, 8));
    expect(both).toBeGreaterThan(logOf(apart(8, 2)));
    expect(both).toBeGreaterThan(logOf(tick(16)) - Math.log(3.5));
  });

  it('are each held to the tolerance', () => {
    expect(logOf(apart(3, 3))).toBeLessThan(1);
  });

  it('cost nothing where a source tells no kinds, or has only one', () => {
    const reads = { ...tick(10), kinds: [{ kind: 'read', ...stream(10) }] } as const;
    expect(logOf(reads)).toBeCloseTo(logOf(tick(10)), 12);
  });

  it('are named where nearly all evidence is of one kind', () => {
    expect(harmedOperations(play(apart(20, 0)))).toBe('reads');
    expect(harmedOperations(play(apart(1, 20)))).toBe('writes');
    expect(harmedOperations(play(apart(20, 20)))).toBeNull();
    expect(harmedOperations(play(tick(20)))).toBeNull();
    expect(harmedOperations(noHarm)).toBeNull();
  });
});

describe('withoutUnit', () => {
  const canary = { requests: [600, 400, 0], exposures: [300, 700, 0], votes: [8, 1, 0] };
  const two = tickOf(stream(9, { canary }));

  it('is the tick of the others', () => {
    const others = {
      newRequests: 400,
      counts: { newTotal: 700, newBad: 1, oldTotal: 3000, oldBad: 3 },
    };
    expect(withoutUnit(two, 0)).toMatchObject({ ...others, kinds: [others] });
  });

  it('is the same tick for a unit that made no request, or has no row', () => {
    expect(withoutUnit(two, 2)).toBe(two);
    expect(withoutUnit(two, 7)).toBe(two);
  });

  it('leaves nothing of a cohort of one', () => {
    expect(withoutUnit(tick(9), 0)).toMatchObject({
      newRequests: 0,
      counts: { newTotal: 0, newBad: 0 },
    });
  });
});
