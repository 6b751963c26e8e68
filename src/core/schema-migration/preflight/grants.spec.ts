import { describe, expect, it } from '@jest/globals';
import type { SchemaMigration } from '../schema-migration.ts';
import { grantsFor, missing } from './grants.ts';
import { quietTarget, usersTable, withTable } from './target-facts.fixture.ts';
import type { TargetFacts } from './target-facts.ts';

const migration: SchemaMigration = {
  name: 'users-birthdate',
  from: 'users_v1',
  to: 'users_v2',
  schema: 'public',
  operations: [],
};
const task = { migration, scratch: false };
const sqlOf = (facts: TargetFacts, asked = task): readonly string[] =>
  missing(grantsFor(facts, asked)).map(({ sql }) => sql);

const nobody: TargetFacts = {
  ...quietTarget,
  role: { ...quietTarget.role, has: ['crossfade'] },
};

describe('grantsFor', () => {
  it('asks for nothing where all is there, and still shows what is needed', () => {
    expect(sqlOf(quietTarget)).toEqual([]);
    expect(grantsFor(quietTarget, task).map(({ sql, held }) => [sql, held])).toContainEqual([
      'GRANT CREATE ON DATABASE "shop" TO "crossfade"',
      true,
    ]);
  });

  it('asks for nothing from a superuser', () => {
    const { role, access } = nobody;
    const closed = { ...access, database: { ...access.database, acl: [] } };
    const superuser = { ...role, superuser: true, inherits: false };
    expect(sqlOf({ ...nobody, role: superuser, access: closed })).toEqual([]);
  });

  it('begins with the role itself where there is none', () => {
    const role = { ...nobody.role, exists: false, login: false, has: [] };
    expect(sqlOf({ ...nobody, role })[0]).toBe('CREATE ROLE "crossfade" LOGIN');
    const shut = { ...nobody.role, login: false };
    expect(sqlOf({ ...nobody, role: shut })[0]).toBe('ALTER ROLE "crossfade" LOGIN');
  });

  it('wants membership without SET, and before PostgreSQL 16 as that knows it', () => {
    expect(sqlOf(nobody)).toContain(
      'GRANT "app_owner" TO "crossfade" WITH INHERIT TRUE, SET FALSE',
    );
    const server = { ...nobody.server, version: 150_018 };
    const role = { ...nobody.role, inherits: false };
    const older = sqlOf({ ...nobody, server, role });
    expect(older).toContain('GRANT "app_owner" TO "crossfade"');
    expect(older).toContain('ALTER ROLE "crossfade" INHERIT');
  });

  it('wants the table itself, not its owner, where the owner is a superuser', () => {
    const owners = [{ name: 'app_owner', superuser: true, has: ['app_owner', 'postgres'] }];
    const access = { ...nobody.access, owners };
    expect(sqlOf({ ...nobody, access })).toContain('ALTER TABLE public.users OWNER TO "crossfade"');
  });

  it('does not ask for what membership in the owner brings along', () => {
    const [schema] = nobody.access.schemas;
    if (schema === undefined) throw new Error('no schema');
    const of = (role: string) => ({
      ...nobody,
      access: {
        ...nobody.access,
        schemas: [{ ...schema, acl: [{ role, privilege: 'USAGE' }] }],
      },
    });
    expect(sqlOf(of('somebody'))).toContain('GRANT USAGE ON SCHEMA public TO "crossfade"');
    expect(sqlOf(of('app_owner'))).not.toContain('GRANT USAGE ON SCHEMA public TO "crossfade"');
  });

  it('asks for one owner of two tables once', () => {
    const orders = { ...usersTable, name: 'public.orders', table: 'orders' };
    const both = sqlOf({ ...nobody, tables: [usersTable, orders] });
    expect(both.filter((sql) => sql.includes('"app_owner"'))).toHaveLength(1);
  });

  it('asks for temporary tables only where a backup is restored into them', () => {
    const temporary = 'GRANT TEMPORARY ON DATABASE "shop" TO "crossfade"';
    expect(sqlOf(quietTarget)).not.toContain(temporary);
    expect(sqlOf(quietTarget, { migration, scratch: true })).toEqual([temporary]);
  });

  it('asks to see rows that row-level security hides from the owner', () => {
    const rls = { enabled: true, forced: true, policies: [] };
    expect(sqlOf(withTable({ rls }))).toEqual(['ALTER ROLE "crossfade" BYPASSRLS']);
  });
});
