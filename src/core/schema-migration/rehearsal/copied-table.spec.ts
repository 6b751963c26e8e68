import { describe, expect, it } from '@jest/globals';
import type { MergeTables } from '../moving-operations.ts';
import { BIRTHDATE, catalogOf, migrationOf, usersTable } from '../users-catalog.fixture.ts';
import { copiesFor } from './copied-table.ts';

const MERGE: MergeTables = {
  operation: 'mergeTables',
  table: 'users',
  from: 'addresses',
  key: { id: 'user_id' },
  columns: [{ column: 'street', to: 'street' }],
};

describe('what a rehearsal copies', () => {
  it('is the touched table alone, where it leads nowhere', () => {
    const { tables, links } = copiesFor(migrationOf(BIRTHDATE), catalogOf(usersTable()));
    expect([tables.map(({ name }) => name), links]).toEqual([['users'], []]);
  });

  it('has, for each row of a table that goes, the row that it becomes a part of', () => {
    const addresses = usersTable({ name: 'addresses', key: ['user_id'] });
    const { links } = copiesFor(migrationOf(MERGE), catalogOf(usersTable(), addresses));
    expect(links).toEqual([
      {
        child: { schema: 'public', name: 'addresses' },
        columns: ['user_id'],
        parent: { schema: 'public', name: 'users' },
        leadsTo: ['id'],
      },
    ]);
  });
});
