import { describe, expect, it } from '@jest/globals';
import type { Attempt } from './attempt.ts';
import { differenceOf, kindOfDifference } from './difference.ts';

function value<T>(of: T): Attempt<T> {
  return { ok: true, value: of, milliseconds: 1 };
}
function error(of: unknown): Attempt<string> {
  return { ok: false, error: of, harm: false, milliseconds: 1 };
}

describe('kindOfDifference', () => {
  it.each([
    [{ id: 1 }, { id: 1 }, null],
    [{ id: 1 }, null, 'missing'],
    [undefined, { id: 1 }, 'extra'],
    [null, undefined, 'field'],
    [{ id: 1 }, { id: 2 }, 'field'],
    [{ id: 1, a: 1 }, { id: 1 }, 'field'],
    [[1, 2], [1], 'missing'],
    [[1], [1, 2], 'extra'],
    [[{ id: 1 }, { id: 2 }], [{ id: 2 }, { id: 1 }], 'order'],
    [[{ id: 1 }, { id: 2 }], [{ id: 2 }, { id: 3 }], 'field'],
  ])('old %j, new %j: %s', (old, fresh, kind) => {
    expect(kindOfDifference(old, fresh)).toBe(kind);
  });
});

describe('differenceOf', () => {
  it('lets the application decide by compare', () => {
    const sameLength = (a: string, b: string): boolean => a.length === b.length;
    expect(differenceOf(value('ab'), value('cd'), { compare: sameLength })).toBeNull();
    expect(differenceOf(value('ab'), value('c'), { compare: sameLength })).toBe('field');
  });

  it('compares what normalise makes of both', () => {
    const normalise = (text: string): string => text.trim();
    expect(differenceOf(value('a '), value(' a'), { normalise })).toBeNull();
    expect(differenceOf(value('a '), value('b'), { normalise })).toBe('field');
  });

  it('takes two refusals of the same kind for the same answer, and one alone for an error', () => {
    const gone = (): Error => Object.assign(new Error('no such user'), { status: 404 });
    const denied = Object.assign(new Error('denied'), { status: 403 });
    expect(differenceOf(error(gone()), error(gone()), {})).toBeNull();
    expect(differenceOf(error(gone()), error(denied), {})).toBe('error');
    expect(differenceOf(error(new TypeError('a')), error(new TypeError('b')), {})).toBeNull();
    expect(differenceOf(error(new TypeError('a')), error(new RangeError('a')), {})).toBe('error');
    expect(differenceOf(value('a'), error(gone()), {})).toBe('error');
    expect(differenceOf(error(gone()), value('a'), {})).toBe('error');
  });
});
