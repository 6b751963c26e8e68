import { describe, expect, it } from '@jest/globals';
import type { Operation } from './operation.ts';
import { givenNames, takenWords } from './taken-names.ts';
import { catalogOf, index, migrationOf, usersTable } from './users-catalog.fixture.ts';

const on = { schema: 'public', name: 'users' };
const indexNamed = (name: string): Operation => ({
  operation: 'createIndex',
  table: 'users',
  name,
  method: 'btree',
  parts: [{ column: 'name', expression: null, opclass: null, order: 'asc', nulls: null }],
  include: [],
  where: null,
});

/** Between expand and contract. */
const given = (...operations: readonly Operation[]) =>
  givenNames(
    migrationOf(...operations),
    catalogOf(
      usersTable({
        indexes: [index(), index({ name: 'users_name', columns: ['name'] })],
        views: { users_v1: [], users_v2: [] },
      }),
    ),
  ).map(({ kind, name }) => `${kind} ${name}`);

describe('the names that contract gives', () => {
  it('are those of what is new, and of what is renamed', () => {
    expect(
      given(
        indexNamed('fresh'),
        { operation: 'renameColumn', table: 'users', column: 'name', to: 'called' },
        { operation: 'renameTable', table: 'users', to: 'people' },
      ),
    ).toEqual(['index fresh', 'column called', 'table people']);
  });

  it('are not those that it makes free itself: of a column that is replaced with all that stands on it', () => {
    expect(
      given(indexNamed('fresh'), {
        operation: 'changeType',
        table: 'users',
        column: 'dob',
        type: 'date',
        up: 'dob::date',
        down: 'dob::text',
      }),
    ).toEqual(['index fresh']);
  });

  it('nor that of an index which is dropped', () => {
    const dropped = { operation: 'dropIndex', table: 'users', index: 'users_name' } as const;
    expect(given(dropped, indexNamed('users_name'))).toEqual([]);
  });
});

describe('a name that is taken', () => {
  it('is told with who has it and what can be done, several in one sentence', () => {
    const sales = { kind: 'table', on, name: 'people', by: 'the view public.people' } as const;
    const once = { kind: 'key', on, name: 'once', by: 'a check of public.users' } as const;
    expect(takenWords([sales, once])).toBe(
      'contract cannot give the name people to the table public.users: the view public.people has it by now; ' +
        'contract cannot give the name once to a key of public.users: a check of public.users has it by now. ' +
        'Rename or drop what has it, and it goes on by itself',
    );
  });
});
