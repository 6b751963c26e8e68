import { describe, expect, it } from '@jest/globals';
import { plan } from '../plan.ts';
import { catalogOf, column, migrationOf, usersTable } from '../users-catalog.fixture.ts';
import type { SetDefault } from '../operation.ts';

const sql = (value: string | null, table = usersTable()) =>
  plan(
    migrationOf({
      operation: 'setDefault',
      table: 'users',
      column: 'name',
      default: value,
    } satisfies SetDefault),
    catalogOf(table),
  ).map((statement) => statement.sql);

describe('setDefault', () => {
  it('gives the new version’s view a default of its own', () => {
    expect(sql(`'nobody'`)).toContain(
      `ALTER VIEW "users_v2"."users" ALTER COLUMN "name" SET DEFAULT 'nobody'`,
    );
  });

  it('says that there is none by an expression, since a plain NULL counts as no default', () => {
    const table = usersTable({ columns: [column('id'), column('name', { default: `'x'::text` })] });
    expect(sql(null, table)).toContain(
      `ALTER VIEW "users_v2"."users" ALTER COLUMN "name" SET DEFAULT CAST(nullif('', '') AS text)`,
    );
  });

  it('reaches the table at contract', () => {
    const table = usersTable({ views: { users_v1: [], users_v2: [] } });
    const alter = 'ALTER TABLE "public"."users" ALTER COLUMN "name"';
    expect(sql(null, table)).toContain(`${alter} DROP DEFAULT`);
    expect(sql('now()::text', table)).toContain(`${alter} SET DEFAULT now()::text`);
  });

  it('refuses what is no expression', () => {
    expect(() => sql(`'x'; DROP TABLE users`)).toThrow('a semicolon ends it');
  });
});
