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
