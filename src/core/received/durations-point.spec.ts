import { describe, expect, it } from '@jest/globals';
import { explicitDurations, exponentialDurations } from './durations-point.ts';

const sent = (scale: number, offset: number, bucketCounts: readonly number[], zeroCount = 0) =>
  exponentialDurations({ scale, zeroCount, positive: { offset, bucketCounts } });

describe('an exponential histogram', () => {
  it('keeps its buckets up to scale 4', () => {
    expect(sent(4, -16, [1, 0, 2])).toEqual({
      kind: 'durations',
      layout: { kind: 'exponential', scale: 4 },
      durations: { offset: -16, counts: [1, 0, 2] },
    });
    expect(sent(2, 3, [1])).toMatchObject({ layout: { scale: 2 }, durations: { offset: 3 } });
  });

  it('is joined to scale 4 where it is finer: buckets 2i and 2i+1 of each scale are one', () => {
    expect(sent(5, -33, [1, 2, 4])?.durations).toEqual({ offset: -17, counts: [1, 6] });
    expect(sent(20, 0, [7])?.durations).toEqual({ offset: 0, counts: [7] });
  });

  it('holds zero and what is absurdly short or long in the outermost buckets', () => {
    const absurd = sent(4, 2_000_000, [1], 3)?.durations;
    expect(absurd?.offset).toBe(-319);
    expect(absurd?.counts.at(0)).toBe(3);
    expect(absurd?.counts.at(-1)).toBe(1);
    expect(absurd?.counts.length).toBeLessThan(700);
  });

  it.each([
    [sent(21, 0, [1])],
    [sent(1.5, 0, [1])],
    [sent(4, 0, [-1])],
    [sent(4, 0.5, [1])],
    [sent(4, 0, [1], 0.5)],
  ])('that makes no sense is none: %j', (read) => expect(read).toBeNull());
});

describe('a histogram with bounds', () => {
  it('keeps them', () => {
    expect(explicitDurations([0.1, 1], [0, 2, 3])).toEqual({
      kind: 'durations',
      layout: { kind: 'explicit', bounds: [0.1, 1] },
      durations: { offset: 1, counts: [2, 3] },
    });
  });

  it.each([
    [
      [0.1, 1],
      [1, 2],
    ],
    [
      [1, 0.1],
      [1, 2, 3],
    ],
    [[], [1]],
    [
      [0.1, Infinity],
      [1, 2, 3],
    ],
    [[0.1], [1, Number.NaN]],
  ])('%j with counts %j is none', (bounds, counts) => {
    expect(explicitDurations(bounds, counts)).toBeNull();
  });
});
