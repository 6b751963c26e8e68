import { describe, expect, it } from '@jest/globals';
import { returnCondition, whereItReturns } from './point-of-no-return.ts';
import { usersTable } from './users-catalog.fixture.ts';

const condition = (text?: string): string | null => {
  const reversible = text === undefined ? undefined : { while: text };
  return returnCondition({ reversible, table: usersTable(), name: 'birthdate' }, '_new_birthdate');
};

describe('a point of no return by value', () => {
  it('is a condition over the column as the table calls it', () => {
    expect(condition()).toBeNull();
    expect(condition(`birthdate < '2000-01-01'`)).toBe(`"_new_birthdate" < '2000-01-01'`);
  });

  it.each([
    ['birthdate < now() AND name IS NULL', 'It mentions name.'],
    ['true', 'It does not mention it.'],
  ])('cannot be %s', (text, words) => {
    expect(() => condition(text)).toThrow(
      `reversible of users.birthdate must be a condition on birthdate alone, such as \`birthdate <= 2147483647\`. ${words}`,
    );
  });

  it('spares what lies past it of another condition, and counts NULL as before it', () => {
    expect(whereItReturns({ returns: null }, 'x')).toBe('x');
    expect(whereItReturns({ returns: 'a < 5' }, 'x')).toBe(
      '(CASE WHEN NOT coalesce((a < 5), true) THEN false ELSE x END)',
    );
  });
});
