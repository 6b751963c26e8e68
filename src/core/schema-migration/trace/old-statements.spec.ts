import { describe, expect, it } from '@jest/globals';
import { canBePlanned, joined, speaksOf, statementsFromCsv } from './old-statements.ts';

describe('statements of a version in use', () => {
  it('come out of CSV with quotes, commas and lines in it', () => {
    const csv = 'calls,userid,query\n3,10,"SELECT ""a"",\n b"\r\n,11,SELECT 2\n';
    expect(statementsFromCsv(csv, 'old.csv')).toEqual([
      { calls: 3, sql: 'SELECT "a",\n b' },
      { calls: 0, sql: 'SELECT 2' },
    ]);
    expect(statementsFromCsv('query\nSELECT 1', 'old.csv')).toEqual([
      { calls: null, sql: 'SELECT 1' },
    ]);
  });

  it('need a column with the query', () => {
    expect(() => statementsFromCsv('a,b\n1,2', 'old.csv')).toThrow('old.csv has no column `query`');
  });

  it.each([
    ['SELECT 1', true],
    ['/* from app */ select 1', true],
    [' WITH a AS (SELECT 1) SELECT * FROM a', true],
    ['COMMIT', false],
    ['SET x = 1', false],
    ['selected', false],
    ['SELECT 1 ; ', true],
    ['SELECT 1; DROP TABLE users', false],
  ])('%s can be planned: %s', (sql, can) => {
    expect(canBePlanned(sql)).toBe(can);
  });

  it('are known once, as they were counted', () => {
    const listed = ['SELECT 1', 'SELECT 2'].map((sql) => ({ sql, calls: null }));
    expect(joined(listed, [{ sql: 'SELECT 2', calls: 9 }])).toEqual([
      { sql: 'SELECT 2', calls: 9 },
      { sql: 'SELECT 1', calls: null },
    ]);
  });

  it.each([
    ['SELECT * FROM Users u', true],
    ['SELECT * FROM public."users"', true],
    ['SELECT * FROM users_old', false],
    ['SELECT users$ FROM t', false],
  ])('%s speaks of users: %s', (sql, does) => {
    expect(speaksOf(sql, ['users'])).toBe(does);
  });
});
