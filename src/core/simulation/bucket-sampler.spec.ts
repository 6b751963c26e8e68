import { describe, expect, it } from '@jest/globals';
import { BucketSampler } from './bucket-sampler.ts';
import { Random } from './random.ts';

const chances = Float64Array.from([0, 0.5, 0.25, 0, 0.2, 0.05, 0]);
const sampler = new BucketSampler(chances, -3);

/** Pearson's statistic of all draws together; 3 degrees of freedom. */
function chiSquare(each: number, times: number): number {
  const random = new Random(7);
  const seen = new Float64Array(chances.length);
  let all = 0;
  for (let time = 0; time < times; time += 1) {
    const { offset, counts } = sampler.draw(each, random);
    for (const [at, count] of counts.entries()) {
      seen[offset + at + 3] = (seen[offset + at + 3] ?? 0) + count;
      all += count;
    }
  }
  return chances.reduce((sum, chance, at) => {
    const count = seen[at] ?? 0;
    if (chance === 0) return count === 0 ? sum : Infinity;
    return sum + (count - chance * all) ** 2 / (chance * all);
  }, 0);
}

describe('bucket sampler', () => {
  it('draws each bucket as often as its chance says, one by one and by the thousand', () => {
    // 99.9 % quantile of chi-square with 3 degrees of freedom: 16.3.
    expect(chiSquare(40, 1_000)).toBeLessThan(16.3);
    expect(chiSquare(10_000, 20)).toBeLessThan(16.3);
  });

  it('draws seldom ones as often among thousands, each independently', () => {
    // 100 buckets in which a tenth of an event is expected each, around one that has nearly all.
    const seldom = new Float64Array(101).fill(1e-4);
    seldom[50] = 0.99;
    const [rare, random] = [new BucketSampler(seldom, 0), new Random(5)];
    const seen = new Float64Array(101);
    for (let time = 0; time < 1_000; time += 1) {
      const { offset, counts } = rare.draw(1_000, random);
      for (const [at, count] of counts.entries())
        seen[offset + at] = (seen[offset + at] ?? 0) + count;
    }
    const squares = seen.reduce(
      (sum, count, at) => (at === 50 ? sum : sum + (count - 100) ** 2 / 100),
      0,
    );
    // The 0.1 % and 99.9 % quantiles of chi-square with 100 degrees of freedom.
    expect(squares).toBeGreaterThan(61.9);
    expect(squares).toBeLessThan(149.4);
  });

  it('draws as many as it is told where they are few, and none of none', () => {
    const { counts } = sampler.draw(17, new Random(1));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(17);
    expect(sampler.draw(0, new Random(1)).counts).toEqual([]);
  });
});
