import { describe, expect, it } from '@jest/globals';
import { poisson, seededRandom } from '../../../test/support/seeded-random.ts';
import {
  addWindow,
  type GroupScatter,
  groupDispersion,
  noScatter,
  slowDrift,
} from './group-scatter.ts';

const groups = 10;

/** Windows of a service whose groups have rates of their own, in clusters of a size. */
function watch(windows: number, mean: number, cluster: number) {
  const random = seededRandom(7);
  let scatter = noScatter(groups);
  for (let window = 0; window < windows; window += 1) {
    const rates = Array.from({ length: groups }, (_, g) => (g < 3 ? 3 : 1));
    const counted = rates.map((rate) => cluster * poisson((mean * rate) / cluster, random));
    const all = counted.reduce((sum, x) => sum + x, 0);
    scatter = addWindow(
      scatter,
      counted,
      Array.from({ length: groups }, () => all / groups),
    );
  }
  return scatter;
}

/** Pearson's statistic over its degrees of freedom, from every window by itself. */
function plainly(windows: readonly (readonly [number[], number[]])[]): number {
  const sums = windows.reduce(
    (totals, [x, e]) => totals.map(([a, b], g) => [a + (x[g] ?? 0), b + (e[g] ?? 0)] as const),
    [0, 1, 2].map(() => [0, 0] as readonly [number, number]),
  );
  let statistic = 0;
  for (const [x, e] of windows) {
    for (const [g, [counted, expected]] of sums.entries()) {
      const mean = (counted / expected) * (e[g] ?? 0);
      statistic += ((x[g] ?? 0) - mean) ** 2 / mean;
    }
  }
  return statistic / ((windows.length - 1) * 2);
}

describe('groupDispersion', () => {
  it('is what the windows one by one would give', () => {
    const windows = Array.from({ length: 40 }, (_, w): readonly [number[], number[]] => [
      [w % 3, (w * w) % 5, 2 + (w % 2)],
      [1 + (w % 2), 2, 3],
    ]);
    const summed = windows.reduce<GroupScatter>((s, [x, e]) => addWindow(s, x, e), noScatter(3));
    expect(groupDispersion(summed)).toBeCloseTo(plainly(windows), 10);
  });

  it('is known from thirty degrees of freedom on', () => {
    const after = (windows: number): number | null => {
      const one = { length: windows };
      return groupDispersion(
        Array.from(one).reduce<GroupScatter>(
          (scatter) => addWindow(scatter, [1, 2, 3, 4], [1, 2, 3, 4]),
          noScatter(4),
        ),
      );
    };
    expect(after(10)).toBeNull();
    expect(after(11)).toBe(0);
  });

  it('leaves out a group of which nothing was expected', () => {
    const { squares, counted } = addWindow(noScatter(2), [3, 2], [0, 4]);
    expect({ squares, counted }).toEqual({ squares: [0, 1], counted: [3, 2] });
  });

  it('is about 1 for independent failures, though groups always fail unequally', () => {
    expect(groupDispersion(watch(400, 0.2, 1))).toBeCloseTo(1, 1);
    expect(groupDispersion(watch(400, 20, 1))).toBeCloseTo(1, 1);
  });

  it('is about the size of the clusters that failures come in', () => {
    const found = groupDispersion(watch(800, 10, 4)) ?? 0;
    expect(Math.abs(found / 4 - 1)).toBeLessThan(0.1);
  });

  it('is unknown from few windows, and windows without failures say nothing', () => {
    expect(groupDispersion(watch(4, 5, 1))).toBeNull();
    const quiet = noScatter(groups);
    expect(
      addWindow(
        quiet,
        [1],
        Array.from({ length: groups }, () => 0),
      ),
    ).toBe(quiet);
  });
});

describe('slowDrift', () => {
  it('is none where either is too little known, or both are the same', () => {
    const clustered = watch(100, 20, 5);
    const unknown = watch(2, 1, 1);
    expect(groupDispersion(clustered)).toBeGreaterThan(2);
    expect(slowDrift(unknown, clustered)).toBe(0);
    expect(slowDrift(clustered, unknown)).toBe(0);
    expect(slowDrift(clustered, clustered)).toBe(0);
  });

  it('is the variance of what only long windows show', () => {
    const random = seededRandom(3);
    let [short, long] = [noScatter(groups), noScatter(groups)];
    const sigma = 0.3;
    for (let window = 0; window < 400; window += 1) {
      const rates = Array.from({ length: groups }, () => 1 + sigma * (random() < 0.5 ? 1 : -1));
      const whole = rates.map(() => 0);
      for (let part = 0; part < 5; part += 1) {
        const counted = rates.map((rate) => poisson(10 * rate, random));
        for (const [g, x] of counted.entries()) whole[g] = (whole[g] ?? 0) + x;
        const all = counted.reduce((sum, x) => sum + x, 0);
        short = addWindow(
          short,
          counted,
          counted.map(() => all / groups),
        );
      }
      const all = whole.reduce((sum, x) => sum + x, 0);
      long = addWindow(
        long,
        whole,
        whole.map(() => all / groups),
      );
    }
    expect(Math.abs(slowDrift(short, long) / (sigma * sigma) - 1)).toBeLessThan(0.25);
  });

  it('is 0 where nothing drifts or little is known', () => {
    expect(slowDrift(watch(400, 4, 1), watch(400, 20, 1))).toBeLessThan(0.01);
    expect(slowDrift(noScatter(groups), noScatter(groups))).toBe(0);
  });
});
