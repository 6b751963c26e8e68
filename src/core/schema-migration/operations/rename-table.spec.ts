import { describe, expect, it } from '@jest/globals';
import { plan } from '../plan.ts';
import { catalogOf, migrationOf, usersTable } from '../users-catalog.fixture.ts';

const migration = migrationOf(
  { operation: 'renameTable', table: 'users', to: 'people' },
  { operation: 'renameColumn', table: 'users', column: 'dob', to: 'born' },
);

describe('renameTable', () => {
  it('gives the new version’s view the new name', () => {
    const views = plan(migration, catalogOf(usersTable())).filter(({ sql }) =>
      sql.startsWith('CREATE VIEW'),
    );
    expect(views.map(({ sql }) => sql.split(' ')[2])).toEqual([
      '"users_v1"."users"',
      '"users_v2"."people"',
    ]);
  });

  it('goes after every other rename, which still speak of the old name', () => {
    const table = usersTable({ views: { users_v1: [], users_v2: [] } });
    const contract = plan(migration, catalogOf(table)).filter(({ phase }) => phase === 'contract');
    expect(contract.slice(-2).map(({ sql }) => sql)).toEqual([
      'ALTER TABLE "public"."users" RENAME COLUMN "dob" TO "born"',
      'ALTER TABLE "public"."users" RENAME TO "people"',
    ]);
  });

  it('refuses a name that a table has already', () => {
    expect(() => plan(migration, catalogOf(usersTable(), usersTable({ name: 'people' })))).toThrow(
      'public.people exists already; users cannot take its name.',
    );
  });
});
