import { describe, expect, it } from '@jest/globals';
import { plan } from '../plan.ts';
import { catalogOf, column, migrationOf, usersTable } from '../users-catalog.fixture.ts';
import type { DropColumn } from '../operation.ts';

const operation: DropColumn = { operation: 'dropColumn', table: 'users', column: 'name' };
const strict = usersTable({
  columns: [column('id', { type: 'bigint', notNull: true }), column('name', { notNull: true })],
});
const sql = (table = usersTable(), one: DropColumn = operation) =>
  plan(migrationOf(one), catalogOf(table))
    .filter(({ phase }) => phase === 'expand')
    .map((statement) => statement.sql);

describe('dropColumn', () => {
  it('leaves the column out of the new view and touches no table', () => {
    expect(sql()).toEqual([
      'CREATE VIEW "users_v2"."users" WITH (security_invoker = true) AS SELECT "id", "dob" FROM "public"."users"',
    ]);
  });

  it('asks for a value where the old version insists on one', () => {
    expect(() => sql(strict)).toThrow('users.name is NOT NULL and has no default: give `down`');
  });

  it('gives that value to rows that are inserted without one', () => {
    const trigger = sql(strict, { ...operation, down: `'user ' || id` });
    expect(trigger.join()).toContain(`NEW."name" := CAST(('user ' || id) AS text);`);
    expect(trigger.join()).toContain('WHEN (NEW."name" IS NULL)');
  });

  it('refuses the column that says in which partition a row stands', () => {
    const parted = usersTable({ plain: false, partitionedBy: ['name'] });
    expect(() => sql(parted)).toThrow('users.name: it decides in which partition a row stands');
    expect(sql(parted, { ...operation, column: 'dob' })).toHaveLength(1);
  });

  it('refuses a column that is not there', () => {
    expect(() => sql(usersTable(), { ...operation, column: 'nick' })).toThrow('has no column nick');
  });
});
