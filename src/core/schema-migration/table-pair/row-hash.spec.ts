import { describe, expect, it } from '@jest/globals';
import { hashOf, hasHash } from './row-hash.ts';

describe('hashOf', () => {
  it('gives every value a seed of its own, and hashes what they come to', () => {
    expect(
      hashOf([
        { value: 'id', type: 'bigint' },
        { value: 'name', type: 'character varying(20)' },
      ]),
    ).toBe(
      'hashint8extended(coalesce(hashint8extended(id, 0), 0) # coalesce(hashtextextended(name COLLATE "C", 1), 1), 0)',
    );
  });

  it('leaves to a record what not every PostgreSQL has a function for', () => {
    const types = ['date', 'boolean', 'text[]', 'character(3)', 'timestamp with time zone'];
    for (const type of types) {
      expect(hashOf([{ value: 'v', type }])).toContain('hash_record_extended(ROW(v), 0)');
    }
  });
});

describe('hasHash', () => {
  it.each([
    ['timestamp without time zone', true],
    ['numeric(10,2)', true],
    ['json', false],
    ['xml', false],
  ])('%s: %s', (type, expected) => {
    expect(hasHash(type)).toBe(expected);
  });
});
