import { describe, expect, it } from '@jest/globals';
import type { Finding } from '../../core/schema-migration/lint/finding.ts';
import { lintScript } from '../../core/schema-migration/lint/lint-script.ts';
import { rules } from '../../core/schema-migration/lint/rules.ts';
import type { Running } from '../../core/schema-migration/lint/script-state.ts';
import { lintCases } from './lint-cases.fixture.ts';
import { parseScript } from './parse-script.ts';

async function found(sql: string, running: Partial<Running> = {}): Promise<readonly Finding[]> {
  const parsed = await parseScript(sql);
  if ('message' in parsed) throw new Error(`${parsed.message} at ${parsed.letter}`);
  return lintScript(parsed, { server: 18, isWrapped: false, ...running });
}

/** Nearly every script is also told to set a lock_timeout, so that is set in all of these. */
async function namesOf(sql: string, running: Partial<Running> = {}): Promise<readonly string[]> {
  const findings = await found(`SET lock_timeout = '50ms'; ${sql}`, running);
  return findings.map(({ rule }) => rule);
}

describe.each(lintCases)('%s', (rule, bad, good) => {
  it.each(bad)('finds %s', async (sql) => {
    expect(await namesOf(sql)).toContain(rule);
  });

  it.each(good)('has nothing against %s', async (sql) => {
    expect(await namesOf(sql)).not.toContain(rule);
  });
});

describe('the rules', () => {
  it('are each tried', () => {
    const tried = new Set([
      ...lintCases.map(([rule]) => rule),
      'missing-lock-timeout',
      'newer-server',
    ]);
    expect(rules.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual([]);
    expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
  });

  it.each([
    'ALTER TABLE t ADD a int',
    'ALTER TABLE t ADD a int NOT NULL DEFAULT 1',
    'ALTER TABLE t ALTER a SET DEFAULT 1',
    'ALTER TABLE t ALTER a SET STATISTICS 500',
    'ALTER TABLE t SET (fillfactor = 80)',
    `COMMENT ON TABLE t IS 'x'`,
    'ANALYZE t',
    'ALTER PUBLICATION p ADD TABLE t',
    'SELECT 1',
  ])('let %s pass', async (sql) => {
    expect(await namesOf(sql)).toEqual([]);
  });

  it('ask for a lock_timeout once, where somebody could be kept waiting', async () => {
    const both = 'ALTER TABLE t ADD a int; ALTER TABLE u ADD a int';
    expect((await found(both)).map(({ rule }) => rule)).toEqual(['missing-lock-timeout']);
    expect(await found('CREATE TABLE t (a int); ALTER TABLE t ADD b int')).toEqual([]);
    expect(await found('CREATE INDEX CONCURRENTLY ON t (a)')).toEqual([]);
  });

  it('know that a tool may put the whole file into one transaction', async () => {
    const wrapped = { isWrapped: true };
    const concurrently = 'CREATE INDEX CONCURRENTLY ON t (a)';
    expect(await namesOf(concurrently, wrapped)).toContain('concurrently-in-transaction');
    const two = 'ALTER TABLE t ADD a int; ALTER TABLE u ADD a int';
    expect(await namesOf(two, wrapped)).toContain('several-tables-locked');
  });

  it('are left out where the author says why, and told where that is wrong', async () => {
    const drop = (line: string): string => `SET lock_timeout = 1000; ${line}\nALTER TABLE t DROP a`;
    const ignore = '-- crossfade: ignore';
    expect(await found(drop(`${ignore} drop-column because nobody reads it`))).toEqual([]);
    const wrong = async (line: string) =>
      (await found(drop(`${ignore}${line}`))).map(({ rule, message }) => `${rule}: ${message}`);
    expect(await wrong(' drop-column')).toEqual([
      'ignore: says no reason why drop-column may be left out',
      expect.stringMatching(/^drop-column: /),
    ]);
    expect(await wrong(' drop-colum because')).toContain('ignore: there is no rule drop-colum');
    expect(await wrong(' rename because it is new')).toContain(
      'ignore: rename has nothing to say here',
    );
  });

  it.each([
    'ALTER TABLE t ADD a int GENERATED ALWAYS AS (b + 1) VIRTUAL',
    'ALTER TABLE t ADD CONSTRAINT c NOT NULL a NOT VALID',
    'ALTER TABLE t ADD CONSTRAINT c CHECK (a > 1) NOT ENFORCED',
    'CREATE TABLE t (a int CHECK (a > 1) NOT ENFORCED)',
  ])('know since when a server takes %s', async (sql) => {
    expect(await namesOf(sql, { server: 17 })).toContain('newer-server');
    expect(await namesOf(sql, { server: 18 })).not.toContain('newer-server');
  });

  it('find nothing new in what every server takes', async () => {
    const old = 'CREATE TABLE t (a int NOT NULL CHECK (a > 1) REFERENCES u, CHECK (a > 2))';
    expect(await namesOf(old, { server: 15 })).not.toContain('newer-server');
    const index = 'ALTER TABLE t ADD CONSTRAINT c UNIQUE USING INDEX i';
    expect(await namesOf(index, { server: 15 })).not.toContain('newer-server');
  });

  it('miss the COMMIT of what was begun', async () => {
    const findings = await found('SELECT 1; BEGIN; SELECT 2');
    expect(findings).toMatchObject([{ rule: 'transaction-without-end', place: 10 }]);
  });
});
