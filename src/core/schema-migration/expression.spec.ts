import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mentionedNames, renamedIn } from './expression.ts';

const names = (sql: string): readonly string[] => [...mentionedNames(sql, 'up of users.x')];

describe('mentionedNames', () => {
  it.each<[string, readonly string[]]>([
    ['dob::date', ['dob', 'date']],
    [`to_char(birthdate, 'YYYY-MM-DD')`, ['to_char', 'birthdate']],
    ['DOB || "createdAt" || "a""b"', ['dob', 'createdAt', 'a"b']],
    [`'it''s dob' || E'it\\'s dob' || $x$ dob $x$ || $$ dob $$`, []],
    [`e'\\\\' || dob`, ['dob']],
    [`(profile -> 'a' ->> 'dob')::date`, ['profile', 'date']],
    ['tags[1] + 1e5 + 0x1f', ['tags']],
    ['größe + _a$1', ['größe', '_a$1']],
    ['extract(year FROM "at")', ['extract', 'year', 'from', 'at']],
  ])('finds in %s the names %j', (sql, expected) => {
    expect(names(sql)).toEqual(expected);
  });

  it.each([
    ['dob) , (secret', 'a parenthesis closes that was never opened'],
    ['(dob', 'a parenthesis is never closed'],
    ['dob; DROP TABLE users', 'a semicolon ends it'],
    ['dob -- rest', 'comments have no place in it'],
    ['dob /* rest */', 'comments have no place in it'],
    [`'dob`, `a ' is never closed`],
    ['"dob', 'a " is never closed'],
    ['$x$ dob', 'the text that $x$ opens is never closed'],
    ['$1 || dob', 'parameters such as $1 have no value here'],
    [`U&"d\\0061t"`, 'U& quotes are not supported'],
    [`'$crossfade$'`, '$crossfade$ is reserved'],
  ])('refuses %s', (sql, why) => {
    expect(() => names(sql)).toThrow(`up of users.x is not one SQL expression: ${why}.`);
  });

  it('refuses a query inside', () => {
    expect(() => names('(SELECT max(dob) FROM other)')).toThrow(
      'may read only columns of its own row',
    );
  });

  it('finds a column wherever it stands', () => {
    const noise = fc.constantFrom(
      '1',
      `'text'`,
      'f(',
      '"q"',
      '+',
      '::',
      ' ',
      '$t$x$t$',
      `E'\\''`,
      ',',
    );
    fc.assert(
      fc.property(fc.array(noise), fc.array(noise), (before, after) => {
        const sql = `${before.join(' ')} dob ${after.join(' ')}`;
        const open = before.concat(after).filter((one) => one === 'f(').length;
        expect(names(sql + ')'.repeat(open))).toContain('dob');
      }),
    );
  });
});

describe('renamedIn', () => {
  const renamed = (sql: string): string => renamedIn(sql, 'dob', '"d"', 'down of users.x');

  it.each([
    ['dob', '"d"'],
    [`to_char(DOB, 'dob') || "dob"`, `to_char("d", 'dob') || "d"`],
    ['dob::date - dobs', '"d"::date - dobs'],
    ['dob(1) + t.dob + x::dob', 'dob(1) + t.dob + x::dob'],
    ['CASE WHEN dob IS NULL THEN 1 END', 'CASE WHEN "d" IS NULL THEN 1 END'],
    [`E'\\'dob' || $t$ dob $t$ || dob`, `E'\\'dob' || $t$ dob $t$ || "d"`],
  ])('puts another name in the place of a column: %s', (sql, result) => {
    expect(renamed(sql)).toBe(result);
  });
});
