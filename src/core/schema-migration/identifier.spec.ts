import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  bytesIn,
  cutTo,
  isTrash,
  otherSpelling,
  qualified,
  quoteExisting,
  quoteIdentifier,
  quoteLiteral,
  shortId,
  trashName,
} from './identifier.ts';

describe('quoteIdentifier', () => {
  it.each(['users', 'Users', '1a', 'a-b', 'a b', 'a.b', 'a;b', 'a'.repeat(63), 'ü'.repeat(31)])(
    'accepts %s as it is written',
    (name) => {
      expect(quoteIdentifier(name)).toBe(`"${name}"`);
    },
  );

  it('doubles a quote', () => {
    expect(quoteIdentifier('a"b')).toBe('"a""b"');
  });

  it.each([
    ['', 'it is empty'],
    ['a\0', 'it holds a NUL'],
    ['a'.repeat(64), 'it has 64 bytes, and the server cuts it at 63'],
    ['ü'.repeat(32), 'it has 64 bytes'],
    ['a$crossfade$', 'it holds $crossfade$, which is reserved'],
  ])('refuses %j', (name, why) => {
    expect(() => quoteIdentifier(name)).toThrow(`"${name}" cannot be used as a name: ${why}`);
  });
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

describe('cutTo', () => {
  it('keeps whole letters, and as many as fit', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(text, fc.nat(80), (name, most) => {
        const cut = cutTo(most, name);
        const next = Array.from(name)[Array.from(cut).length] ?? '';
        expect(name.startsWith(cut)).toBe(true);
        expect(bytesIn(cut)).toBeLessThanOrEqual(most);
        expect(cut === name || bytesIn(cut + next) > most).toBe(true);
        expect(bytesIn(name)).toBe(new TextEncoder().encode(name).length);
      }),
    );
  });
});

describe('otherSpelling', () => {
  it.each([
    ['tenant_id', ' Did you mean tenantId?'],
    ['TENANTID', ' Did you mean tenantId?'],
    ['tenantId', ''],
    ['tenant', ''],
  ])('of %s', (asked, question) => {
    expect(otherSpelling(asked, ['id', 'tenantId'])).toBe(question);
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
    const long = 'ü'.repeat(31);
    const first = trashName('0a1b2c3d', long, []);
    const second = trashName('0a1b2c3d', long, [first]);
    expect([bytesIn(first) <= 63, bytesIn(second) <= 63, second === first]).toEqual([
      true,
      true,
      false,
    ]);
    expect([isTrash(first), isTrash('dob')]).toEqual([true, false]);
  });
});
