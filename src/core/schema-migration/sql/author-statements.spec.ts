import { describe, expect, it } from '@jest/globals';
import { authorStatements } from './author-statements.ts';

const of = (text: string) => authorStatements(text, 'expand').map(({ sql }) => sql);

describe('the statements of an author', () => {
  it.each([
    ['', []],
    [' ; ;', []],
    ['SELECT 1', ['SELECT 1']],
    ['SELECT 1; SELECT 2;', ['SELECT 1', 'SELECT 2']],
    [`SELECT ';', ";" FROM a`, [`SELECT ';', ";" FROM a`]],
    [`SELECT 'it''s;'; SELECT E'\\';'`, [`SELECT 'it''s;'`, `SELECT E'\\';'`]],
    ['DO $$ BEGIN PERFORM 1; END $$; SELECT 2', ['DO $$ BEGIN PERFORM 1; END $$', 'SELECT 2']],
    ['DO $a$ $$;$$ $a$', ['DO $a$ $$;$$ $a$']],
    ['-- one; two\nSELECT 1 /* a /* b; */ ; */; SELECT 2', ['SELECT 1', 'SELECT 2']],
    ['SELECT a$b$c; SELECT 2', ['SELECT a$b$c', 'SELECT 2']],
    [`SELECT code'x;'`, [`SELECT code'x;'`]],
  ])('of %j are %j', (text, statements) => {
    expect(of(text)).toEqual(statements);
  });

  it('are known by their words alone', () => {
    const [one] = authorStatements(`UPDATE "Where"\n SET a = 'where' -- where\n, b = 1`, 'expand');
    expect(one?.skeleton).toBe(`update "quoted" set a = '' , b = 1`);
  });

  it.each([`SELECT 'a`, 'SELECT "a', 'DO $$ x', 'SELECT 1 /* a', `SELECT E'a\\'`])(
    'are refused where %j ends in the middle',
    (text) => {
      expect(() => of(text)).toThrow('is never closed');
    },
  );
});
