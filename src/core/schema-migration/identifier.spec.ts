import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  isTrash,
  qualified,
  quoteExisting,
  quoteIdentifier,
  quoteLiteral,
  shortId,
  trashName,
} from './identifier.ts';

describe('quoteIdentifier', () => {
  it.each(['users', '_x', 'a1_b', 'a'.repeat(63)])('accepts %s', (name) => {
    expect(quoteIdentifier(name)).toBe(`"${name}"`);
  });

  it.each(['', 'Users', '1a', 'a-b', 'a b', 'a"b', 'a;b', 'ü', 'a'.repeat(64)])(
    'refuses %j',
    (name) => {
      expect(() => quoteIdentifier(name)).toThrow(`"${name}" cannot be used as a name`);
    },
  );
});

describe('names that the catalog reported', () => {
  it('are quoted whatever they hold', () => {
    expect(quoteExisting('createdAt')).toBe('"createdAt"');
    expect(quoteExisting('a"; DROP TABLE x; --')).toBe('"a""; DROP TABLE x; --"');
    expect(qualified('public', 'Users')).toBe('"public"."Users"');
  });

  it('never end the quotes that hold them', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        expect(quoteExisting(name).slice(1, -1).replaceAll('""', '')).not.toContain('"');
      }),
    );
  });
});

describe('quoteLiteral', () => {
  it('doubles quotes and escapes backslashes', () => {
    expect(quoteLiteral(`it's`)).toBe(`'it''s'`);
    expect(quoteLiteral(`\\'`)).toBe(`E'\\\\'''`);
  });
});

describe('shortId', () => {
  it('is FNV-1a', () => {
    expect(shortId('')).toBe('811c9dc5');
    expect(shortId('a')).toBe('e40c292c');
    expect(shortId('foobar')).toBe('bf9cf968');
  });
});

describe('trashName', () => {
  it('names column and operation, and steps aside for what is there', () => {
    expect(trashName('0a1b2c3d', 'dob', [])).toBe('_crossfade_0a1b2c3d_dob');
    expect(trashName('0a1b2c3d', 'dob', ['_crossfade_0a1b2c3d_dob'])).toBe(
      '_crossfade_0a1b2c3d_dob_2',
    );
  });

  it('always fits into a name and is known as trash', () => {
    const long = 'c'.repeat(63);
    const first = trashName('0a1b2c3d', long, []);
    const second = trashName('0a1b2c3d', long, [first]);
    expect([first.length <= 63, second.length <= 63, second === first]).toEqual([
      true,
      true,
      false,
    ]);
    expect([isTrash(first), isTrash('dob')]).toEqual([true, false]);
  });
});
