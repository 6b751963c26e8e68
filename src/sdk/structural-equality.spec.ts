import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isSameItems, isStructurallyEqual } from './structural-equality.ts';

class UserV1 {
  id = 1;
}
class UserV2 {
  id = 1;
}
interface Linked {
  name: string;
  friends: Linked[];
}

function circle(name: string): Linked {
  const [a, b]: [Linked, Linked] = [
    { name, friends: [] },
    { name: 'b', friends: [] },
  ];
  a.friends.push(b, a);
  b.friends.push(a, b);
  return a;
}

describe('isStructurallyEqual', () => {
  it.each([
    ['NaN', Number.NaN, Number.NaN],
    ['both zeros', 0, -0],
    ['dates by time', new Date(5), new Date(5)],
    ['invalid dates', new Date(Number.NaN), new Date(Number.NaN)],
    ['buffers by bytes', Buffer.from('ab'), new Uint8Array([97, 98])],
    [
      'maps without order',
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
      new Map([
        ['b', 2],
        ['a', 1],
      ]),
    ],
    ['sets of objects', new Set([{ a: 1 }, { a: 2 }]), new Set([{ a: 2 }, { a: 1 }])],
    ['classes with the same fields', new UserV1(), new UserV2()],
    ['an undefined field and none', { a: 1, b: undefined }, { a: 1 }],
    ['cycles', circle('a'), circle('a')],
  ])('holds for %s', (_name, a, b) => {
    expect(isStructurallyEqual(a, b)).toBe(true);
  });

  it.each([
    ['null and none', { a: null }, {}],
    ['null and undefined', null, undefined],
    ['a date and its text', new Date(5), new Date(5).toISOString()],
    ['a date and an object', new Date(5), {}],
    ['a list and an object', [], {}],
    ['numbers and texts', 1, '1'],
    ['another day', new Date('2000-01-01'), new Date('2000-01-02')],
    ['other bytes', Buffer.from('ab'), Buffer.from('ac')],
    ['a set with another item', new Set([1, 2]), new Set([1, 3])],
    ['a map with another value', new Map([['a', 1]]), new Map([['a', 2]])],
    ['cycles that differ', circle('a'), circle('c')],
    ['order', [1, 2], [2, 1]],
  ])('does not hold for %s', (_name, a, b) => {
    expect(isStructurallyEqual(a, b)).toBe(false);
  });

  it('agrees with Node on plain data', () => {
    const data = fc.jsonValue({ maxDepth: 3 });
    const normal = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
    fc.assert(
      fc.property(data, data, (a, b) => {
        expect(isStructurallyEqual(a, structuredClone(a))).toBe(true);
        expect(isStructurallyEqual(a, b)).toBe(isDeepStrictEqual(normal(a), normal(b)));
      }),
    );
  });
});

describe('isSameItems', () => {
  it('holds for every permutation', () => {
    const lists = fc.array(fc.record({ id: fc.nat(5), tag: fc.constantFrom('x', 'y') }));
    fc.assert(
      fc.property(lists, (list) => {
        expect(isSameItems(list, structuredClone(list).toReversed())).toBe(true);
      }),
    );
  });

  it('tells how often an item stands', () => {
    expect(isSameItems([1, 1, 2], [1, 2, 2])).toBe(false);
  });

  it('does not compare each of ten thousand rows with each other', () => {
    const rows = Array.from({ length: 10_000 }, (_, id) => ({ id, name: `user ${id}` }));
    expect(isSameItems(rows, structuredClone(rows).toReversed())).toBe(true);
  });
});
