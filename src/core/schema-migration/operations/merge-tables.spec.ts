import { describe, expect, it } from '@jest/globals';
import type { TableCatalog } from '../catalog.ts';
import type { MergeTables } from '../moving-operations.ts';
import { plan } from '../plan.ts';
import type { PlanPhase } from '../planned-statement.ts';
import {
  catalogOf,
  column,
  constraint,
  migrationOf,
  usersTable,
} from '../users-catalog.fixture.ts';

const MERGE: MergeTables = {
  operation: 'mergeTables',
  table: 'users',
  from: 'addresses',
  key: { id: 'user_id' },
  columns: [{ column: 'street', to: 'street' }],
};

const addresses = (more: Partial<TableCatalog> = {}): TableCatalog =>
  usersTable({
    name: 'addresses',
    key: ['user_id'],
    columns: [
      column('user_id', { type: 'bigint', notNull: true }),
      column('street', { collation: 'pg_catalog."C"' }),
    ],
    ...more,
  });

const planned = (phase: PlanPhase, from = addresses(), users = usersTable(), merge = MERGE) =>
  plan(migrationOf(merge), catalogOf(users, from))
    .filter((one) => one.phase === phase)
    .map(({ sql }) => sql);

describe('mergeTables', () => {
  it('adds the columns as they were, without a value', () => {
    expect(planned('expand')).toContain(
      'ALTER TABLE "public"."users" ADD COLUMN "street" text COLLATE pg_catalog."C"',
    );
  });

  it('puts the table aside last of all, without the keys that would hold rows of others', () => {
    const views = { users_v1: [], users_v2: [] };
    const key = constraint({ name: 'home', kind: 'foreign', columns: ['user_id'] });
    const last = planned(
      'contract',
      addresses({ constraints: [key], views }),
      usersTable({ views }),
    );
    expect(last.slice(-5)).toEqual([
      'ALTER TABLE "public"."addresses" DROP CONSTRAINT IF EXISTS "home"',
      'REVOKE ALL ON "public"."addresses" FROM PUBLIC',
      expect.stringContaining('DO $crossfade$'),
      expect.stringContaining('RENAME TO'),
      expect.stringContaining('SET SCHEMA "crossfade_trash"'),
    ]);
  });

  it.each<[string, Partial<TableCatalog>, string]>([
    ['another key', { key: ['street'] }, 'both need the same key'],
    ['no key', { key: null }, 'addresses has no key'],
    [
      'a key of another type',
      { columns: [column('user_id', { type: 'integer' }), column('street')] },
      'users.id is of type bigint, addresses.user_id of type integer',
    ],
    [
      'a table that leans on it',
      {
        leaning: [
          {
            own: false,
            schema: 'public',
            table: 'parcels',
            name: 'parcels_fk',
            columns: ['user_id'],
            leadsTo: ['id'],
          },
        ],
      },
      'parcels.parcels_fk leans on it',
    ],
    ['policies', { rowSecurity: true }, 'row-level security'],
    ['heirs', { plain: false }, 'is inherited, a single partition'],
  ])('refuses a table with %s', (_, more, why) => {
    expect(() => planned('expand', addresses(more))).toThrow(why);
  });

  it('takes no column over that is another’s', () => {
    const merge = { ...MERGE, columns: [{ column: 'street', to: 'name' }] };
    expect(() => planned('expand', addresses(), usersTable(), merge)).toThrow(
      'users.name exists already, and this migration did not make it',
    );
  });
});
