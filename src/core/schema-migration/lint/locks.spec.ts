import { describe, expect, it } from '@jest/globals';
import { parseScript } from '../../../adapters/pg-parser/parse-script.ts';
import { locksOf, stopsWriters } from './locks.ts';

async function locks(sql: string): Promise<readonly string[]> {
  const parsed = await parseScript(sql);
  if ('message' in parsed) throw new Error(parsed.message);
  return parsed.flatMap(locksOf).map(({ table, level }) => `${table} ${level}`);
}

describe('the locks of a statement', () => {
  it.each([
    ['ALTER TABLE t ADD a int', ['t AccessExclusive']],
    ['ALTER TABLE s.t DROP a', ['s.t AccessExclusive']],
    ['ALTER TABLE t VALIDATE CONSTRAINT c', ['t ShareUpdateExclusive']],
    ['ALTER TABLE t ALTER a SET STATISTICS 9', ['t ShareUpdateExclusive']],
    ['ALTER TABLE t ALTER a SET (n_distinct = 5)', ['t ShareUpdateExclusive']],
    ['ALTER TABLE t ALTER a RESET (n_distinct)', ['t ShareUpdateExclusive']],
    ['ALTER TABLE t SET (fillfactor = 70)', ['t ShareUpdateExclusive']],
    ['ALTER TABLE t RESET (fillfactor)', ['t ShareUpdateExclusive']],
    ['ALTER TABLE t CLUSTER ON i', ['t ShareUpdateExclusive']],
    ['ALTER TABLE t SET WITHOUT CLUSTER', ['t ShareUpdateExclusive']],
    ['ALTER TABLE t ENABLE TRIGGER a', ['t ShareRowExclusive']],
    ['ALTER TABLE t ENABLE TRIGGER ALL', ['t ShareRowExclusive']],
    ['ALTER TABLE t ENABLE TRIGGER USER', ['t ShareRowExclusive']],
    ['ALTER TABLE t DISABLE TRIGGER a', ['t ShareRowExclusive']],
    ['ALTER TABLE t DISABLE TRIGGER ALL', ['t ShareRowExclusive']],
    ['ALTER TABLE t DISABLE TRIGGER USER', ['t ShareRowExclusive']],
    [
      'ALTER TABLE t ADD a int, VALIDATE CONSTRAINT c',
      ['t AccessExclusive', 't ShareUpdateExclusive'],
    ],
    ['ALTER TABLE t ADD CHECK (a > 0)', ['t AccessExclusive']],
    [
      'ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES s.u',
      ['t ShareRowExclusive', 's.u ShareRowExclusive'],
    ],
    ['ALTER TABLE t ADD a int REFERENCES u', ['t AccessExclusive', 'u ShareRowExclusive']],
    [
      'ALTER TABLE t ATTACH PARTITION p FOR VALUES IN (1)',
      ['t ShareUpdateExclusive', 'p AccessExclusive'],
    ],
    ['ALTER TABLE t DETACH PARTITION p', ['t AccessExclusive', 'p AccessExclusive']],
    [
      'ALTER TABLE t DETACH PARTITION p CONCURRENTLY',
      ['t ShareUpdateExclusive', 'p ShareUpdateExclusive'],
    ],
    ['DROP TABLE t, s.u', ['t AccessExclusive', 's.u AccessExclusive']],
    ['DROP VIEW v', []],
    ['TRUNCATE t, u', ['t AccessExclusive', 'u AccessExclusive']],
    ['LOCK TABLE t IN ROW EXCLUSIVE MODE', ['t RowExclusive']],
    ['LOCK TABLE t IN SHARE UPDATE EXCLUSIVE MODE', ['t RowExclusive']],
    ['LOCK TABLE t IN SHARE MODE', ['t AccessExclusive']],
    ['LOCK TABLE t', ['t AccessExclusive']],
    ['CREATE INDEX ON t (a)', ['t Share']],
    ['CREATE INDEX CONCURRENTLY ON t (a)', ['t ShareUpdateExclusive']],
    ['REINDEX TABLE t', ['t Share']],
    ['REINDEX TABLE CONCURRENTLY t', ['t ShareUpdateExclusive']],
    ['CREATE TRIGGER g AFTER INSERT ON t EXECUTE FUNCTION f()', ['t ShareRowExclusive']],
    ['ALTER TABLE t RENAME TO u', ['t AccessExclusive']],
    ['ALTER TABLE t SET SCHEMA s', ['t AccessExclusive']],
    ['CLUSTER t USING i', ['t AccessExclusive']],
    ['CREATE POLICY p ON t USING (true)', ['t AccessExclusive']],
    ['ALTER POLICY p ON s.t USING (false)', ['s.t AccessExclusive']],
    ['CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING', ['t AccessExclusive']],
    ['UPDATE t SET a = 1', []],
    ['SELECT 1', []],
  ])('%s', async (sql, expected) => {
    expect(await locks(sql)).toEqual(expected);
  });

  it.each([
    ['AccessShare', false],
    ['RowExclusive', false],
    ['ShareUpdateExclusive', false],
    ['Share', true],
    ['ShareRowExclusive', true],
    ['AccessExclusive', true],
  ] as const)('%s keeps writers waiting: %s', (level, does) => {
    expect(stopsWriters({ table: 't', level })).toBe(does);
  });
});
