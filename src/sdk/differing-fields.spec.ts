import { describe, expect, it } from '@jest/globals';
import { differingFields } from './differing-fields.ts';

describe('differingFields', () => {
  const ada = { id: 1, address: { city: 'London', zip: '1' }, tags: ['a', 'b'] };
  it.each<[string, unknown, unknown, readonly string[]]>([
    ['names a field', ada, { ...ada, id: 2 }, ['id']],
    [
      'names a field of a field',
      ada,
      { ...ada, address: { city: 'Paris', zip: '1' } },
      ['address.city'],
    ],
    ['names an item', ada, { ...ada, tags: ['a', 'c'] }, ['tags[1]']],
    ['names a field that one side lacks', ada, { id: 1, tags: ada.tags }, ['address']],
    ['names rows', [ada, ada], [ada, { ...ada, id: 3 }], ['[1].id']],
    ['takes dates as wholes', { at: new Date(1) }, { at: new Date(2) }, ['at']],
    ['says nothing of values', 'secret', 'other', []],
    ['says nothing where nothing differs', ada, structuredClone(ada), []],
  ])('%s', (_, old, fresh, fields) => {
    expect(differingFields(old, fresh)).toEqual(fields);
  });

  it('stops at five, and at what contains itself', () => {
    const row = (n: number) => ({ a: n, b: n, c: n, d: n, e: n, f: n });
    expect(differingFields(row(1), row(2))).toEqual(['a', 'b', 'c', 'd', 'e']);
    const loop = (n: number): object => {
      const made: { n: number; self?: object } = { n };
      made.self = made;
      return made;
    };
    expect(differingFields(loop(1), loop(2))).toHaveLength(5);
  });
});
