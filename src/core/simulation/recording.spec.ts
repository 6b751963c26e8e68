import { describe, expect, it } from '@jest/globals';
import { beatUntil, recorded } from './recording.ts';

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
    [30, 0.75],
    [60, 0.75],
    [61, 2.25],
    [180, 0],
    [210, 0.75],
    [-10, 0],
    [-130, 0.75],
  ])('goes round and round: in the second before %d s', (end, traffic) => {
    expect(beatUntil(known.rhythm, end, 1).traffic).toBeCloseTo(traffic, 9);
  });

  it('has the mean of the spans that a longer time goes through', () => {
    const round = beatUntil(known.rhythm, 180, 180);
    expect(round.traffic).toBeCloseTo(1, 9);
    expect(round.failures).toBeCloseTo(1, 9);
    const { traffic, failures } = beatUntil(known.rhythm, 90, 60);
    expect(traffic).toBeCloseTo((0.75 + 2.25) / 2, 9);
    // Of 300 and 900 requests 3 each failed.
    expect(failures * known.failing).toBeCloseTo(6 / 1_200, 9);
    expect(beatUntil(known.rhythm, 170, 30)).toEqual({ traffic: 0, failures: 1 });
  });

  it('is even where nothing was recorded', () => {
    expect(beatUntil(null, 1e6, 60)).toEqual({ traffic: 1, failures: 1 });
  });
});
