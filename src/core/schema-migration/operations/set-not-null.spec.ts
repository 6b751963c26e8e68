import { describe, expect, it } from '@jest/globals';
import { plan } from '../plan.ts';
import { catalogOf, column, migrationOf, usersTable } from '../users-catalog.fixture.ts';
import { resolvePairs } from '../resolve-migration.ts';

const migration = migrationOf({
  operation: 'setNotNull',
  table: 'users',
  column: 'name',
  up: `coalesce(name, '')`,
});

describe('setNotNull', () => {
  it('keeps a column of the same type beside the old one, and lets NULL not come back', () => {
    const [pair] = resolvePairs(migration, catalogOf(usersTable()));
    expect(pair).toMatchObject({
      name: 'name',
      type: 'text',
      lossy: 'up',
      up: `coalesce(name, '')`,
    });
    expect(pair?.down).toBe(`"${pair?.column ?? ''}"`);
  });

  it('refuses a column that is not there', () => {
    const table = usersTable({ columns: [column('id')] });
    expect(() => plan(migration, catalogOf(table))).toThrow(
      'setNotNull: public.users has no column name.',
    );
  });
});
