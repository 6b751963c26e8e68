import { describe, expect, it } from '@jest/globals';
import { plan } from '../plan.ts';
import { catalogOf, column, migrationOf, usersTable } from '../users-catalog.fixture.ts';
import { resolvePairs } from '../resolve-migration.ts';

const migration = migrationOf({
  operation: 'dropNotNull',
  table: 'users',
  column: 'name',
  down: `coalesce(name, '?')`,
});

describe('dropNotNull', () => {
  it('keeps a column of the same type beside the old one, whose NULL need not come back', () => {
    const [pair] = resolvePairs(migration, catalogOf(usersTable()));
    expect(pair).toMatchObject({ name: 'name', type: 'text', lossy: 'down', up: '"name"' });
    expect(pair?.down).toBe(`coalesce("${pair?.column ?? ''}", '?')`);
  });

  it('refuses a column that is not there', () => {
    const table = usersTable({ columns: [column('id')] });
    expect(() => plan(migration, catalogOf(table))).toThrow(
      'dropNotNull: public.users has no column name.',
    );
  });
});
