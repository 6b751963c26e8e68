import { describe, expect, it } from '@jest/globals';
import { badBetween, type EvidencePath, luck, timeUntil } from './evidence-path.ts';

type Stretch = readonly [from: number, to: number];

/** Evidence that grows by `perSecond` from `onset` on, and remembers its stretches. */
function path(
  perSecond: number,
  { onset = 0 }: { readonly onset?: number } = {},
): EvidencePath<readonly Stretch[]> {
  return {
    begin: [],
    advance: (known, from, to) => [...known, [from, to]],
    log: (known) => perSecond * Math.max(0, (known.at(-1)?.[1] ?? 0) - onset),
  };
}

/** The stretches in which a path is walked to the horizon. */
function stretches(horizon: number, border?: number): readonly Stretch[] {
  const walked: Stretch[] = [];
  const advance = (_: null, from: number, to: number): null => {
    walked.push([from, to]);
    return null;
  };
  const still = {
    begin: null,
    advance,
    log: () => -1,
    ...(border === undefined ? {} : { border }),
  };
  expect(timeUntil(still, 0, horizon)).toBeNull();
  return walked;
}

describe('timeUntil', () => {
  it.each([
    [2.5, 0],
    [50, 0],
    [4321, 0],
    [30.25, 20],
  ])('finds the very second within a stretch: %d', (seconds, onset) => {
    const grows = path(0.5, { onset });
    expect(timeUntil(grows, 0.5 * (seconds - onset), 1e6)).toBeCloseTo(seconds, 8);
  });

  it('is a second at least', () => {
    expect(timeUntil(path(1000), 5, 60)).toBe(1);
    expect(timeUntil(path(1000), 5, 0.5)).toBe(1);
  });

  it('reaches the horizon, and nothing beyond it', () => {
    expect(timeUntil(path(0.5), 50, 100)).toBeCloseTo(100, 8);
    expect(timeUntil(path(0.5), 50.01, 100)).toBeNull();
    expect(timeUntil(path(0.5), 0, 0)).toBeNull();
  });

  it('walks second by second at first, then in stretches of a tenth, the last one cut short', () => {
    const walked = stretches(12.5);
    expect(walked.slice(0, 2)).toEqual([
      [0, 1],
      [1, 2],
    ]);
    expect(walked.slice(-3)).toEqual([
      [10, 11],
      [11, 12.1],
      [12.1, 12.5],
    ]);
    expect(stretches(86_400).length).toBeLessThan(120);
  });

  it('runs across no border', () => {
    expect(stretches(4, 2.5)).toEqual([
      [0, 1],
      [1, 2],
      [2, 2.5],
      [2.5, 3.5],
      [3.5, 4],
    ]);
    expect(stretches(3, 2)).toEqual(stretches(3));
    expect(stretches(3, 60)).toEqual(stretches(3));
  });
});

describe('badBetween', () => {
  const rates = { newPerSecond: 10, newRate: 0.1, oldPerSecond: 30, oldRate: 0.02 };

  it('are the expected ones in a median course', () => {
    const { newBad, oldBad } = badBetween(rates, luck.median, 10, 30);
    expect(newBad).toBeCloseTo(20, 12);
    expect(oldBad).toBeCloseTo(12, 12);
  });

  // Variances per second: 10 × 0.1 × 0.9 = 0.9 on the new side, 30 × 0.02 × 0.98 = 0.588 on the old.
  // Along the evidence: √(0.9 × 30² + 0.588 × 10²) = √868.8, so in 100 s with two standard deviations
  // 2 × 10 × 0.9 × 30 / √868.8 = 18.3 more on the new side, 2 × 10 × 0.588 × 10 / √868.8 = 3.99 fewer
  // on the old.
  it('are more on the new side and fewer on the old for the unlucky', () => {
    const { newBad, oldBad } = badBetween(rates, 2, 0, 100);
    expect(newBad).toBeCloseTo(100 + 540 / Math.sqrt(868.8), 9);
    expect(oldBad).toBeCloseTo(60 - 117.6 / Math.sqrt(868.8), 9);
  });

  it('add up over stretches, though luck does not', () => {
    const parts = [badBetween(rates, 2, 0, 25), badBetween(rates, 2, 25, 100)];
    const whole = badBetween(rates, 2, 0, 100);
    expect(parts.reduce((sum, { newBad }) => sum + newBad, 0)).toBeCloseTo(whole.newBad, 9);
    expect(parts.reduce((sum, { oldBad }) => sum + oldBad, 0)).toBeCloseTo(whole.oldBad, 9);
    expect(parts[0]?.newBad).toBeCloseTo(25 + 270 / Math.sqrt(868.8), 9);
  });

  it('are never fewer than none', () => {
    expect(badBetween(rates, -50, 0, 1).newBad).toBe(0);
    expect(badBetween(rates, 50, 0, 1).oldBad).toBe(0);
  });

  it('are none where nothing can fail', () => {
    const perfect = { ...rates, newRate: 0, oldRate: 0 };
    expect(badBetween(perfect, 2, 0, 100)).toEqual({ newBad: 0, oldBad: 0 });
  });
});
