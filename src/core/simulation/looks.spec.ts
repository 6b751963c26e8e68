import { describe, expect, it } from '@jest/globals';
import { type LookedAt, nextLook, usualPace } from './looks.ts';

const hour = 3_600;
const day = 24 * hour;

/** A step in which somebody is exposed for the first time. */
const first: LookedAt = { entered: 0, movedAt: 0, shownAt: 0, bake: hour, patience: day };

function looksOf(step: LookedAt): readonly number[] {
  const looks: number[] = [];
  for (let now = nextLook(step, step.entered, usualPace); now !== null;) {
    looks.push(now);
    now = nextLook(step, now, usualPace);
  }
  return looks;
}

function lengthsOf(looks: readonly number[], { entered } = first): readonly number[] {
  return looks.map((end, at) => end - (looks[at - 1] ?? entered));
}

describe('looks at a simulated step', () => {
  it('are a second apart at first, a minute apart after five, and ten minutes at the most', () => {
    const looks = looksOf(first);
    const lengths = lengthsOf(looks);
    expect(looks.slice(0, 3)).toEqual([1, 2, 3]);
    expect(lengths[looks.findIndex((end) => end > 400)]).toBe(60);
    expect(Math.max(...lengths)).toBe(600);
    expect(Math.min(...lengths)).toBeGreaterThan(0);
  });

  it('come late by a tenth of the time that has passed, by a fifth in the first ten minutes', () => {
    const looks = looksOf(first);
    for (const [at, length] of lengthsOf(looks).entries()) {
      const begins = looks[at - 1] ?? 0;
      expect(length).toBeLessThanOrEqual(begins < 600 ? 1.5 + begins / 5 : 0.5 + begins / 10);
    }
  });

  it('are few in a day of waiting', () => {
    expect(looksOf(first).length).toBeLessThan(200);
  });

  it('are fine again for a short time where more units were moved', () => {
    const later = { ...first, entered: 2 * hour, movedAt: 2 * hour };
    const looks = looksOf(later);
    expect(looks.slice(0, 3)).toEqual([1, 3, 6].map((seconds) => 2 * hour + seconds));
    for (const [at, length] of lengthsOf(looks, later).entries()) {
      const begins = (looks[at - 1] ?? later.entered) - later.entered;
      expect(length).toBeLessThanOrEqual(1.5 + begins / 2);
    }
    expect(looks.filter((end) => end <= 3 * hour).length).toBeLessThan(25);
  });

  it('meet the ends of the bake and of the patience, and no more after that', () => {
    const entered = { entered: 1_000, movedAt: 1_000, shownAt: 1_000 };
    const looks = looksOf({ ...entered, bake: 601, patience: 7_200 });
    expect(looks).toContain(1_601);
    expect(looks.at(-1)).toBe(8_200);
    expect(looksOf({ ...first, bake: 100, patience: 0 }).at(-1)).toBe(100);
  });
});
