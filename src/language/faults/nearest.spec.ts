import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { editDistance, nearest } from './nearest.ts';

describe('nearest', () => {
  it.each([
    ['rngs', ['rings', 'ring', 'guards'], 'rings'],
    ['Guards', ['rings', 'guards'], 'guards'],
    ['stpes', ['steps', 'stages'], 'steps'],
    ['zz', ['rings', 'guards'], null],
    ['', ['a'], 'a'],
    ['x'.repeat(65), ['x'.repeat(64)], null],
  ])('of %j among %j is %j', (word, candidates, expected) => {
    expect(nearest(word, candidates)).toBe(expected);
  });
});

describe('editDistance', () => {
  it.each([
    ['', 'abc', 3],
    ['abc', 'abc', 0],
    ['ab', 'ba', 1],
    ['kitten', 'sitting', 3],
  ])('from %j to %j is %j', (a, b, expected) => {
    expect(editDistance(a, b)).toBe(expected);
  });

  it('is symmetric, at most the longer length, and 0 only for the same word', () => {
    const word = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        const distance = editDistance(a, b);
        expect(distance).toBe(editDistance(b, a));
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
        expect(distance === 0).toBe(a === b);
      }),
    );
  });
});
