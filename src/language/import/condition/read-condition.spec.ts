import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import '../../../../test/support/fixed-seed.ts';
import { limitsOf, negated } from './limits-of.ts';
import { readCondition, type Condition } from './read-condition.ts';

function read(text: string): Condition {
  const condition = readCondition(text);
  if (typeof condition === 'string') throw new Error(`${text}: ${condition}`);
  return condition;
}

function holds({ region }: Condition, value: number): boolean {
  return region.some(
    ({ low, lowOpen, high, highOpen }) =>
      (lowOpen ? value > low : value >= low) && (highOpen ? value < high : value <= high),
  );
}

const one = (min: number | null, max: number | null, ...strict: number[]) => [
  { combine: null, min, max, strict },
];

describe('the limits of a condition', () => {
  it.each([
    ['result >= 0.95', one(0.95, null)],
    ['result[0] < 5', one(null, 5, 5)],
    ['result[0] == 0', one(0, 0)],
    ['5 >= result[0]', one(null, 5)],
    ['result[0] >= 1 && result[0] < 5', one(1, 5, 5)],
    ['result[0] >= 1 and not (result[0] > 5)', one(1, 5)],
    ['!(result[0] < 1 || result[0] > 5)', one(1, 5)],
    ['result[0] < 1 or result[0] <= 2', one(null, 2)],
    ['1 - result[0] <= 0.05', one(0.95, null)],
    ['result[0] * 100 / 2 >= 49', one(0.98, null)],
    ['-result[0] <= +1e1', one(-10, null)],
    ['isNaN(result[0]) || result[0] <= 1', one(null, 1)],
    ['!isInf(result[0]) && result[0] <= 1', one(null, 1)],
    ['isNil(result) || result == nil || result[0] <= 1', one(null, 1)],
    ['result != nil && result[0] <= 1', one(null, 1)],
    ['len(result) == 0 || result[0] <= 1', one(null, 1)],
    ['0 < len(result) && result[0] <= 1', one(null, 1)],
    ['default(result[0], 0) <= 1', one(null, 1)],
    ['asInt(result) <= 1 && asFloat(result) >= 0', one(0, 1)],
    ['true && result[0] <= 1', one(null, 1)],
    ['all(result, # >= 1)', [{ combine: 'min', min: 1, max: null, strict: [] }]],
    ['all(result, {# < 5})', [{ combine: 'max', min: null, max: 5, strict: [5] }]],
    ['any(result, # >= 1)', [{ combine: 'max', min: 1, max: null, strict: [] }]],
    ['none(result, # > 5)', [{ combine: 'max', min: null, max: 5, strict: [] }]],
    ['!any(result, # > 5)', [{ combine: 'max', min: null, max: 5, strict: [] }]],
    [
      'len(result) == 0 || all(result, # > 1) && all(result, # < 5)',
      [
        { combine: 'min', min: 1, max: null, strict: [1] },
        { combine: 'max', min: null, max: 5, strict: [5] },
      ],
    ],
  ])('%s', (text, limits) => {
    expect(limitsOf(read(text))).toEqual(limits);
  });

  it.each([
    ['result[0] != 0', 'not one range'],
    ['result[0] < 1 && result[0] > 5', 'no value'],
    ['len(result) > 0', 'every value'],
    ['any(result, # > 1 && # < 5)', 'lies in a range'],
  ])('%s: there are none', (text, reason) => {
    expect(limitsOf(read(text))).toContain(reason);
  });

  it('are those of the values that are no failure', () => {
    expect(limitsOf(negated(read('result[0] < 1 || result[0] > 5')))).toEqual(one(1, 5));
    expect(limitsOf(negated(read('any(result, # > 5)')))).toEqual([
      { combine: 'max', min: null, max: 5, strict: [] },
    ]);
  });
});

describe('a condition that no guard can say', () => {
  it.each([
    ['result[1] < 5', '`result[0]`'],
    ['result[0] * result[0] < 4', 'multiple'],
    ['1 / result[0] < 4', 'multiple'],
    ['result[0] / 0 < 4', 'multiple'],
    ['result[0] == "ok"', 'not understood'],
    ['result.status == 1', 'not understood'],
    ['result[0] in [1, 2]', 'not understood'],
    ['result[0] > 1 ? true : false', 'not understood'],
    ['result[0]', 'no comparison'],
    ['result', 'no condition'],
    ['1 < 2', 'no result'],
    ['count(result, # > 1) > 2', 'no number'],
    ['all(other, # > 1)', 'something else'],
    ['all(result, result[0] > 1)', '`result[0]`'],
    ['all(result, # < 1) || all(result, # > 5)', 'mixes'],
    ['all(result, # < 1) && result[0] > 5', 'mixes'],
    ['(result[0] > 1', 'too early'],
    ['result[0] > 1)', 'not understood'],
    [`${'('.repeat(100)}result[0] > 1${')'.repeat(100)}`, 'too deep'],
    [`${'!'.repeat(2000)}(result[0] > 1)`, 'too deep'],
    ['result[0] > 1 '.repeat(200), 'longer'],
  ])('%#: %s', (text, reason) => {
    expect(readCondition(text)).toContain(reason);
  });
});

/** A condition in the words of Argo and, beside it, what it means. */
interface Sample {
  readonly text: string;
  readonly means: (value: number) => boolean;
}

const comparison: fc.Arbitrary<Sample> = fc
  .tuple(fc.constantFrom('<', '<=', '>', '>=', '==', '!='), fc.integer({ min: -3, max: 3 }))
  .map(([sign, limit]) => ({
    text: `result[0] ${sign} ${limit}`,
    means: (value) =>
      ({
        '<': value < limit,
        '<=': value <= limit,
        '>': value > limit,
        '>=': value >= limit,
        '==': value === limit,
        '!=': value !== limit,
      })[sign] ?? false,
  }));

const condition = fc.letrec<{ any: Sample; not: Sample; and: Sample; or: Sample }>((tie) => ({
  any: fc.oneof({ maxDepth: 5 }, comparison, tie('not'), tie('and'), tie('or')),
  not: tie('any').map(({ text, means }) => ({
    text: `!(${text})`,
    means: (value) => !means(value),
  })),
  and: fc.tuple(tie('any'), tie('any')).map(([a, b]) => ({
    text: `(${a.text}) && (${b.text})`,
    means: (value) => a.means(value) && b.means(value),
  })),
  or: fc.tuple(tie('any'), tie('any')).map(([a, b]) => ({
    text: `(${a.text}) || (${b.text})`,
    means: (value) => a.means(value) || b.means(value),
  })),
})).any;

describe('any condition', () => {
  it('holds for exactly the values that it means', () => {
    fc.assert(
      fc.property(condition, fc.integer({ min: -8, max: 8 }), ({ text, means }, half) => {
        fc.pre(text.length <= 2048);
        expect(holds(read(text), half / 2)).toBe(means(half / 2));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is read or refused, whatever it is', () => {
    const piece = fc.constantFrom(
      'result',
      '[0]',
      '(',
      ')',
      '<',
      '!',
      '&&',
      'all',
      '#',
      '1',
      ',',
      '{',
      '-',
      'len',
      ' ',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((list) => list.join('')),
        ),
        (text) => {
          expect(['string', 'object']).toContain(typeof readCondition(text));
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
