import { describe, expect, it } from '@jest/globals';
import { parseScript } from '../../../adapters/pg-parser/parse-script.ts';
import { changesetsInTransactions, flywayWraps, inTransaction } from './in-transactions.ts';
import type { Statement } from './statement.ts';

async function statements(sql: string): Promise<readonly Statement[]> {
  const parsed = await parseScript(sql);
  if ('message' in parsed) throw new Error(parsed.message);
  return parsed;
}

const texts = (all: readonly Statement[]): string => all.map(({ text }) => text).join('; ');

describe('a script in transactions', () => {
  it('has one for each changeset, unless that says otherwise', async () => {
    const script = await statements(`--liquibase formatted sql
      -- changeset ada:1
      SELECT 1; SELECT 2;
      --CHANGESET ada:2 runInTransaction:false
      SELECT 3; SELECT 4;
      -- a changeset of words alone
      SELECT 5;
      --changeset bob:3 labels:x
      SELECT 6`);
    expect(texts(changesetsInTransactions(script))).toBe(
      'BEGIN; SELECT 1; SELECT 2; COMMIT; SELECT 3; SELECT 4; SELECT 5; BEGIN; SELECT 6; COMMIT',
    );
    const plain = await statements('SELECT 1; SELECT 2');
    expect(texts(changesetsInTransactions(plain))).toBe('BEGIN; SELECT 1; SELECT 2; COMMIT');
    expect(changesetsInTransactions([])).toEqual([]);
  });

  it('begins and ends where its first statement stands', async () => {
    const script = await statements('/* what for */ SELECT 1');
    const place = script[0]?.place;
    const [begin, , commit] = inTransaction(script);
    expect(place).toBeGreaterThan(0);
    expect([begin, commit]).toMatchObject([
      { kind: 'TransactionStmt', fields: { kind: 'TRANS_STMT_BEGIN' }, place },
      { kind: 'TransactionStmt', fields: { kind: 'TRANS_STMT_COMMIT' }, place },
    ]);
    expect(inTransaction([])).toMatchObject([{ place: 0 }, { place: 0 }]);
  });

  it.each([
    ['ALTER TABLE t ADD a int', true],
    ['CREATE INDEX CONCURRENTLY ON t (a)', false],
    [`SET lock_timeout = '1s'; CREATE INDEX CONCURRENTLY ON t (a)`, false],
    ['CREATE INDEX CONCURRENTLY ON t (a); SELECT 1', true],
  ])('is wrapped by Flyway: %s: %s', async (sql, does) => {
    expect(flywayWraps(await statements(sql))).toBe(does);
  });
});
