import { describe, expect, it } from '@jest/globals';
import { beatAt, recorded } from './recording.ts';

describe('recorded traffic', () => {
  const known = recorded({ seconds: 60, requests: [600, 1_800, 0], failed: [6, 6, 0] });

  it('has its mean rates', () => {
    expect(known.requestsPerSecond).toBeCloseTo(2_400 / 180, 9);
    expect(known.failing).toBeCloseTo(12 / 2_400, 9);
  });

  it('has beats around that mean, and fails as usual where nothing was asked', () => {
    const [first, second, third] = known.rhythm.beats;
    expect(first?.traffic).toBeCloseTo(0.75, 9);
    expect(first?.failures).toBeCloseTo(2, 9);
    expect(second?.failures).toBeCloseTo(2 / 3, 9);
    expect(third).toEqual({ traffic: 0, failures: 1 });
  });

  it.each([
    [0, 0.75],
    [59.9, 0.75],
    [60, 2.25],
    [180, 0.75],
    [-1, 0],
    [-179, 0.75],
  ])('goes round and round: at %d s', (at, traffic) => {
    expect(beatAt(known.rhythm, at).traffic).toBeCloseTo(traffic, 9);
  });

  it('is even where nothing was recorded', () => {
    expect(beatAt(null, 1e6)).toEqual({ traffic: 1, failures: 1 });
  });
});
