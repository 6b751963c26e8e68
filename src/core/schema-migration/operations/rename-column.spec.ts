import { describe, expect, it } from '@jest/globals';
import { plan } from '../plan.ts';
import { catalogOf, column, migrationOf, usersTable } from '../users-catalog.fixture.ts';
import type { RenameColumn } from '../operation.ts';

const operation: RenameColumn = {
  operation: 'renameColumn',
  table: 'users',
  column: 'name',
  to: 'full_name',
};
const planned = (table = usersTable(), one: RenameColumn = operation) =>
  plan(migrationOf(one), catalogOf(table));

describe('renameColumn', () => {
  it('touches no table before contract: the new view alone differs', () => {
    const expand = planned().filter(({ phase }) => phase === 'expand');
    expect(expand.map(({ sql, lock }) => ({ sql, lock }))).toEqual([
      {
        sql: 'CREATE VIEW "users_v2"."users" WITH (security_invoker = true) AS SELECT "id", "name" AS "full_name", "dob" FROM "public"."users"',
        lock: 'AccessShare',
      },
    ]);
  });

  it('renames the column itself last of all', () => {
    const table = usersTable({ views: { users_v1: [], users_v2: [] } });
    const contract = planned(table).filter(({ phase }) => phase === 'contract');
    expect(contract.at(-1)?.sql).toBe(
      'ALTER TABLE "public"."users" RENAME COLUMN "name" TO "full_name"',
    );
  });

  it.each([
    ['a column that is not there', { column: 'nick' }, 'public.users has no column nick'],
    ['a name that is taken', { to: 'dob' }, 'users.dob exists already; name cannot take its name'],
    ['a name that PostgreSQL would cut', { to: 'ü'.repeat(32) }, 'and the server cuts it at 63'],
  ])('refuses %s', (_, change, why) => {
    expect(() => planned(usersTable(), { ...operation, ...change })).toThrow(why);
  });

  it('has nothing to do once it is contracted', () => {
    const columns = [column('id'), column('full_name'), column('dob')];
    const views = { users_v1: [], users_v2: [] };
    const stubs = [{ version: 'users_v1', by: 'users-birthdate', next: 'users_v2' }];
    expect(planned(usersTable({ columns, views, stubs }))).toEqual([]);
  });
});
