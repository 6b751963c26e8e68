import { describe, expect, it } from '@jest/globals';
import type { TableCatalog } from './catalog.ts';
import { ownerMark } from './column-pair.ts';
import { shortId } from './identifier.ts';
import type { AddColumn } from './operation.ts';
import { resolvePairs } from './resolve-migration.ts';
import {
  BIRTHDATE,
  catalogOf,
  column,
  constraint,
  index,
  migrationOf,
  usersTable,
} from './users-catalog.fixture.ts';

const resolve = (operation: Partial<AddColumn>, table: Partial<TableCatalog> = {}) =>
  resolvePairs(migrationOf({ ...BIRTHDATE, ...operation }), catalogOf(usersTable(table)))[0];

const columns = (...more: Parameters<typeof column>[]) => [
  ...usersTable().columns,
  ...more.map((one) => column(...one)),
];

describe('resolvePairs', () => {
  it('finds the fed column and what the trigger must watch', () => {
    const pair = resolve({ up: 'coalesce(name, dob)::date' });
    expect(pair?.fed.name).toBe('dob');
    expect(pair?.reads.map(({ name }) => name)).toEqual(['name', 'dob']);
    expect(pair).toMatchObject({ partial: false, state: 'absent' });
  });

  it('watches the fed column even when up does not read it', () => {
    expect(resolve({ up: 'name::date' })?.reads.map(({ name }) => name)).toEqual(['name', 'dob']);
  });

  it('knows a down that changes only a part of its location', () => {
    expect(resolve({ down: { dob: `overlay(dob placing birthdate::text from 1)` } })?.partial).toBe(
      true,
    );
  });

  it('hands over the checks that down could break, and only those that can be evaluated', () => {
    const checks = [
      constraint({ condition: 'length(dob) = 10' }),
      constraint({ condition: 'dob <> name', columns: ['dob', 'name'] }),
      constraint({ condition: 'length(name) > 0', columns: ['name'] }),
    ];
    expect(resolve({}, { constraints: checks })?.checks).toEqual(['length(dob) = 10']);
  });

  it.each([
    ['live', ownerMark(shortId('users-birthdate/users/birthdate'))],
    ['contracted', `${ownerMark(shortId('users-birthdate/users/birthdate'))} contracted`],
    ['taken', null],
    ['taken', 'the date of birth'],
  ])('tells a column that is %s by its comment %j', (state, comment) => {
    expect(resolve({}, { columns: columns(['birthdate', { comment }]) })?.state).toBe(state);
  });

  it.each<[string, Partial<AddColumn>, Partial<TableCatalog>, string]>([
    ['a single partition', {}, { plain: false }, 'is inherited, a single partition'],
    ['a table without a key', {}, { key: null }, 'neither a primary key nor a unique index'],
    [
      'a missing fed column',
      { down: { dab: 'birthdate' } },
      {},
      'feeds dab, but public.users has no such column',
    ],
    ['no fed column', { down: {} }, {}, 'must name exactly one old column, not 0'],
    [
      'two fed columns',
      { down: { dob: 'birthdate', name: 'birthdate' } },
      {},
      'must name exactly one old column, not 2',
    ],
    ['a type with a default', { type: 'date DEFAULT now()' }, {}, 'which the target does not know'],
    ['a domain', { type: 'email' }, {}, 'would rewrite the table'],
    ['a type without equality', { type: 'json' }, {}, 'Use jsonb for json'],
    [
      'an up that reads the new column',
      { up: 'coalesce(birthdate, dob::date)' },
      {},
      'up reads the new column itself',
    ],
    [
      'a column called old',
      { up: 'old::date' },
      { columns: columns(['old']) },
      'clashes with trigger variables',
    ],
    [
      'a fed identity',
      { down: { id: 'birthdate' } },
      { columns: [column('id', { generated: 'identity' })] },
      'filled by the server',
    ],
    ['a fed key', { down: { dob: 'birthdate' } }, { key: ['dob'] }, 'is part of the key'],
    [
      'a fed json',
      { down: { doc: 'birthdate' } },
      { columns: columns(['doc', { type: 'json' }]) },
      'cannot be compared',
    ],
    [
      'a generated column in up',
      { up: 'g::date' },
      { columns: columns(['g', { generated: 'stored', expression: 'name' }]) },
      'does not see generated values',
    ],
    [
      'a generated column over the fed one',
      {},
      { columns: columns(['g', { generated: 'stored', expression: 'upper(dob)' }]) },
      'the generated column "g" reads "dob"',
    ],
    [
      'a foreign key onto the fed column',
      {},
      { indexes: [index({ name: 'one', unique: true, referenced: true })] },
      'a foreign key elsewhere leans on one',
    ],
    ['a name that is none', { column: 'b'.repeat(64) }, {}, 'cannot be used as a name'],
  ])('refuses %s', (_, operation, table, message) => {
    expect(() => resolve(operation, table)).toThrow(message);
  });

  it('refuses versions that share a schema', () => {
    const migration = { ...migrationOf(BIRTHDATE), to: 'users_v1' };
    expect(() => resolvePairs(migration, catalogOf(usersTable()))).toThrow(
      'needs three different schemas',
    );
  });

  it.each<[Partial<AddColumn>, string]>([
    [{}, 'is added twice'],
    [{ column: 'born' }, 'both feed dob'],
  ])('refuses a second operation %j that does not compose', (second, message) => {
    const migration = migrationOf(BIRTHDATE, { ...BIRTHDATE, ...second });
    expect(() => resolvePairs(migration, catalogOf(usersTable()))).toThrow(message);
  });
});
