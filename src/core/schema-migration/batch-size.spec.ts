import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FIRST_BATCH, LOCKED, nextBatchSize, READ } from './batch-size.ts';

describe('nextBatchSize', () => {
  it('keeps a size that takes the target time', () => {
    expect(nextBatchSize(1_000, 100, 100)).toBe(1_000);
  });

  it.each([
    ['doubles at the most', 1, 2_000],
    ['halves at the most', 60_000, 500],
    ['else follows the ratio', 125, 800],
  ])('%s', (_, elapsed, expected) => {
    expect(nextBatchSize(1_000, elapsed, 100)).toBe(expected);
  });

  it('stays within its limits', () => {
    expect(nextBatchSize(50, 60_000, 100)).toBe(50);
    expect(nextBatchSize(250_000, 1, 100)).toBe(250_000);
  });

  it('does not come to nothing where a batch only reads, however long it takes', () => {
    expect(nextBatchSize(800, 60_000, 100, READ)).toBe(500);
    expect(nextBatchSize(20, 60_000, 100, READ)).toBe(500);
    expect(nextBatchSize(2_000, 200, 100, READ)).toBe(1_000);
  });

  it('soon takes all that its time allows where a batch only reads', () => {
    expect(nextBatchSize(500, 2, 1_000, READ)).toBe(32_000);
    expect(nextBatchSize(128_000, 60, 1_000, READ)).toBe(1_000_000);
    expect(nextBatchSize(250_000, 500, 1_000, READ)).toBe(500_000);
  });

  it.each([
    ['locks', LOCKED, 12, 1],
    ['only reads', READ, 5, 5],
  ])(
    'comes to a batch of the target time at any steady speed where it %s',
    (_, limits, batches, slowest) => {
      fc.assert(
        fc.property(fc.double({ min: slowest, max: 150, noNaN: true }), (rowsPerMs) => {
          let size = FIRST_BATCH;
          for (let batch = 0; batch < batches; batch += 1) {
            size = nextBatchSize(size, Math.max(1, size / rowsPerMs), 100, limits);
          }
          expect(size / rowsPerMs).toBeGreaterThan(90);
          expect(size / rowsPerMs).toBeLessThan(110);
        }),
      );
    },
  );
});
