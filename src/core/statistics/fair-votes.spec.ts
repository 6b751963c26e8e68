import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mostVotes } from './fair-votes.ts';

describe('mostVotes', () => {
  it('is one for a unit that hardly ever fails, two deviations more than usual for others', () => {
    expect([0, 0.01, 0.17, 0.18, 1, 4, 100].map(mostVotes)).toEqual([1, 1, 1, 2, 3, 8, 120]);
  });

  it('cuts less than a part of 30 off what independent failures of one unit come to', () => {
    for (const mean of [0.05, 0.5, 2, 10]) {
      let [chance, cut] = [Math.exp(-mean), 0];
      for (let failed = 1; failed < 100; failed += 1) {
        chance *= mean / failed;
        cut += chance * Math.max(0, failed - mostVotes(mean));
      }
      expect(cut / mean).toBeLessThan(1 / 30);
    }
  });

  it('never falls as more is usual', () => {
    const mean = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(mean, mean, (a, b) => {
        expect(mostVotes(Math.max(a, b))).toBeGreaterThanOrEqual(mostVotes(Math.min(a, b)));
      }),
    );
  });
});
