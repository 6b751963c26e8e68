import { describe, expect, it } from '@jest/globals';
import { plan } from '../plan.ts';
import type { PlanPhase } from '../planned-statement.ts';
import type { CreateIndex, Operation } from '../operation.ts';
import { catalogOf, index, migrationOf, usersTable } from '../users-catalog.fixture.ts';

const part = { column: null, expression: null, opclass: null, order: 'asc', nulls: null } as const;

const BY_DOB: CreateIndex = {
  operation: 'createIndex',
  table: 'users',
  name: 'by_dob',
  method: 'btree',
  parts: [{ ...part, column: 'dob' }],
  include: [],
  where: null,
};

const planned = (phase: PlanPhase, table = usersTable(), ...others: readonly Operation[]) =>
  plan(migrationOf(...others, BY_DOB), catalogOf(table)).filter((one) => one.phase === phase);

const [{ sql: create } = { sql: '' }] = planned('index');
const [, interim = ''] = /CONCURRENTLY "(\w+)"/.exec(create) ?? [];
const views = { users_v1: [], users_v2: [] };

describe('createIndex', () => {
  it('builds after the backfill, in nobody’s way', () => {
    expect(planned('index')).toMatchObject([
      {
        sql: `CREATE INDEX CONCURRENTLY "${interim}" ON "public"."users" USING "btree" ("dob")`,
        lock: 'ShareUpdateExclusive',
        words: 'builds by_dob',
      },
    ]);
  });

  it('drops what was left unfinished before it builds again, and leaves alone what is valid', () => {
    const sql = (valid: boolean) =>
      planned('index', usersTable({ indexes: [index({ name: interim, valid })] })).map(
        (one) => one.sql,
      );
    expect(sql(false)).toEqual([`DROP INDEX CONCURRENTLY IF EXISTS "public"."${interim}"`, create]);
    expect(sql(true)).toEqual([]);
  });

  it('holds the values of the new version', () => {
    const replaced = planned('index', usersTable(), {
      operation: 'setNotNull',
      table: 'users',
      column: 'dob',
      up: `coalesce(dob, '')`,
    });
    expect(replaced[0]?.sql).toMatch(/USING "btree" \("_crossfade_\w+_new_dob"\)$/);
  });

  it('knows no column that the new version lacks', () => {
    const gone = { operation: 'dropColumn', table: 'users', column: 'dob' } as const;
    expect(() => planned('index', usersTable(), gone)).toThrow(
      'createIndex: the new version does not know users.dob',
    );
  });

  it('takes its name at the end of contract, and goes with a rollback', () => {
    const table = usersTable({ views, indexes: [index({ name: interim })] });
    expect(planned('contract', table).at(-1)?.sql).toBe(
      `ALTER INDEX "public"."${interim}" RENAME TO "by_dob"`,
    );
    expect(planned('retire', table).at(-1)?.sql).toBe(`DROP INDEX IF EXISTS "public"."${interim}"`);
  });

  it('takes over no name that is another’s', () => {
    const taken = { ...catalogOf(usersTable()), taken: ['by_dob'] };
    expect(() => plan(migrationOf(BY_DOB), taken)).toThrow('public.by_dob exists already');
  });
});
