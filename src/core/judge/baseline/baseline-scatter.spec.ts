import { describe, expect, it } from '@jest/globals';
import { poisson, seededRandom } from '../../../../test/support/seeded-random.ts';
import { addToMinute, jumpDispersion, noMinutes, restartMinutes } from './baseline-scatter.ts';

/** So many minutes of six ticks with 1,000 events each, of which `bad` are bad on average. */
function run(minutes: number, bad: (minute: number) => number): number {
  const random = seededRandom(3);
  let scatter = noMinutes(1);
  for (let minute = 0; minute < minutes; minute += 1) {
    for (let tick = 0; tick < 6; tick += 1) {
      const counts = [{ total: 1000, bad: poisson(bad(minute) / 6, random) }];
      scatter = addToMinute(scatter, counts, 10);
    }
  }
  return jumpDispersion(scatter, 0);
}

describe('jumpDispersion', () => {
  it('is about 1 for independent events, and 1 while nothing is known', () => {
    expect(run(60, () => 60)).toBeLessThan(1.5);
    expect(run(1, () => 60)).toBe(1);
    expect(jumpDispersion(noMinutes(1), 0)).toBe(1);
  });

  // 1 % and 3 % of a thousand: a jump of 2 points, where chance makes √(0.02 × 0.98 × 2/1000) of it.
  it('is the squared jump over what chance makes of it', () => {
    const minutes = (...bad: readonly number[]) =>
      bad.reduce((known, one) => addToMinute(known, [{ total: 1000, bad: one }], 60), noMinutes(1));
    const once = 0.0004 / (0.02 * 0.98 * 0.002);
    expect(jumpDispersion(minutes(10, 30), 0)).toBeCloseTo(once, 9);
    expect(jumpDispersion(minutes(30, 10), 0)).toBeCloseTo(once, 9);
    // A minute later the jump counts e^(-ln 2 / 60) of itself, and so does its chance.
    const kept = 2 ** (-1 / 60);
    const calm = 0.03 * 0.97 * 0.002;
    expect(jumpDispersion(minutes(10, 30, 30), 0)).toBeCloseTo(
      (0.0004 * kept) / (0.02 * 0.98 * 0.002 * kept + calm),
      9,
    );
  });

  it('passes over minutes without events', () => {
    const known = [
      { total: 1000, bad: 10 },
      { total: 0, bad: 0 },
      { total: 1000, bad: 30 },
    ].reduce((scatter, counts) => addToMinute(scatter, [counts], 60), noMinutes(1));
    expect(known).toMatchObject({ jumps: [0], chance: [0] });
    expect(jumpDispersion(known, 0)).toBe(1);
  });

  it('sees events that come in bursts', () => {
    expect(run(60, (minute) => (minute % 3 === 0 ? 180 : 20))).toBeGreaterThan(20);
  });

  it('counts a level that rises and stays as one jump', () => {
    const risen = run(60, (minute) => (minute < 30 ? 60 : 90));
    const bursts = run(60, (minute) => (minute % 2 === 0 ? 60 : 90));
    expect(risen).toBeLessThan(2);
    expect(bursts).toBeGreaterThan(3);
  });

  it('keeps what it learned when counting begins anew', () => {
    let scatter = noMinutes(1);
    for (const bad of [10, 200, 10]) scatter = addToMinute(scatter, [{ total: 1000, bad }], 60);
    const anew = restartMinutes(scatter);
    expect(jumpDispersion(anew, 0)).toBe(jumpDispersion(scatter, 0));
    expect(jumpDispersion(addToMinute(anew, [{ total: 1000, bad: 900 }], 60), 0)).toBe(
      jumpDispersion(scatter, 0),
    );
  });
});
