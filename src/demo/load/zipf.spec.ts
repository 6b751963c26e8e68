import { describe, expect, it } from '@jest/globals';
import { seededRandom } from './random.ts';
import { zipf } from './zipf.ts';

describe('zipf', () => {
  it('gives each rank its weight', () => {
    const draw = zipf(200, 1.1, seededRandom(3));
    const counts = Array.from({ length: 200 }, () => 0);
    for (let i = 0; i < 100_000; i += 1) {
      const rank = draw();
      counts[rank] = (counts[rank] ?? 0) + 1;
    }
    const ratio = (counts[0] ?? 0) / (counts[1] ?? 1);
    expect(ratio).toBeGreaterThan(2 ** 1.1 * 0.95);
    expect(ratio).toBeLessThan(2 ** 1.1 * 1.05);
    expect(counts.every((count) => count > 0)).toBe(true);
  });

  it('reaches the first and the last rank at the ends of the draw', () => {
    expect(zipf(10, 1.1, () => 0)()).toBe(0);
    expect(zipf(10, 1.1, () => 1 - Number.EPSILON)()).toBe(9);
  });
});
