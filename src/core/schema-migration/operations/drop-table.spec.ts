import { describe, expect, it } from '@jest/globals';
import { plan } from '../plan.ts';
import { catalogOf, migrationOf, usersTable } from '../users-catalog.fixture.ts';
import { operationId } from '../column-pair.ts';

const migration = migrationOf({ operation: 'dropTable', table: 'users' });

describe('dropTable', () => {
  it('gives the new version no view, and the trash the table', () => {
    const expanded = usersTable({ views: { users_v1: [] } });
    const contract = plan(migration, catalogOf(expanded)).filter(
      ({ phase }) => phase === 'contract',
    );
    expect(contract.map(({ sql }) => sql).at(-1)).toMatch(/SET SCHEMA "crossfade_trash"$/);
    expect(contract.every(({ reversible }) => !reversible)).toBe(true);
  });

  it('refuses a table that is not there, unless it went by this very operation', () => {
    expect(() => plan(migration, catalogOf())).toThrow(
      'There is no table public.users on the target.',
    );
    const trash = [operationId(migration, 'dropTable', 'users')];
    expect(plan(migration, { ...catalogOf(), trash, schemas: ['users_v1', 'users_v2'] })).toEqual(
      [],
    );
  });

  it('refuses a table that a foreign key leans on', () => {
    const table = usersTable({
      leaning: [
        {
          own: false,
          schema: 'public',
          table: 'orders',
          name: 'orders_user_fkey',
          columns: ['user_id'],
          leadsTo: ['id'],
        },
      ],
    });
    expect(() => plan(migration, catalogOf(table))).toThrow('orders.orders_user_fkey leans on it');
  });
});
