import { describe, expect, it } from '@jest/globals';
import type { ErrorsGuard } from '../policy/guard.ts';
import { logEvidence, newProcess } from '../statistics/e-process.ts';
import { advanceErrors, type ErrorsTick, harmPlan, notWorsePlan } from './errors-judge.ts';

const guard: ErrorsGuard = {
  name: 'errors',
  compare: 'errors',
  tolerate: { ratio: 1.1, add: 0.005 },
};

function tick(newBad: number, changes: Partial<ErrorsTick> = {}): ErrorsTick {
  const counts = { newTotal: 1000, newBad, oldTotal: 3000, oldBad: 3 };
  return { seconds: 1, counts, oldRate: 0.001, warming: false, ...changes };
}

function harm(...ticks: ErrorsTick[]): number {
  const end = ticks.reduce(
    (process, next) => advanceErrors(process, guard, next, 'harm'),
    newProcess,
  );
  return logEvidence(end, harmPlan);
}

function notWorse(...ticks: ErrorsTick[]): number {
  const end = ticks.reduce(
    (process, next) => advanceErrors(process, guard, next, 'notWorse'),
    newProcess,
  );
  return logEvidence(end, notWorsePlan);
}

describe('advanceErrors', () => {
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
    expect(harm(tick(25), tick(25))).toBeGreaterThan(Math.log(100));
    expect(harm(warming(25), warming(25))).toBeLessThan(0);
    expect(harm(warming(80), warming(80))).toBeGreaterThan(Math.log(100));
  });

  it('does not make proof easier while caches are cold', () => {
    expect(notWorse(tick(2, { warming: true }))).toBe(notWorse(tick(2)));
  });

  it('learns nothing where one side has no traffic', () => {
    const alone = tick(50, { counts: { newTotal: 1000, newBad: 50, oldTotal: 0, oldBad: 0 } });
    expect(harm(alone)).toBeCloseTo(0, 12);
    expect(notWorse(alone)).toBeCloseTo(0, 12);
  });
});
