import { describe, expect, it } from '@jest/globals';
import { plan } from '../plan.ts';
import {
  catalogOf,
  column,
  constraint,
  index,
  migrationOf,
  usersTable,
} from '../users-catalog.fixture.ts';
import { resolvePairs } from '../resolve-migration.ts';
import type { ChangeType } from '../operation.ts';

const operation: ChangeType = {
  operation: 'changeType',
  table: 'users',
  column: 'dob',
  type: 'date',
  up: 'dob::date',
  down: `to_char(dob, 'YYYY-MM-DD') || 'dob'`,
};
const migration = migrationOf(operation);
const [pair] = resolvePairs(migration, catalogOf(usersTable()));

describe('changeType', () => {
  it('lets down read the new value under the column’s own name', () => {
    expect(pair?.up).toBe('dob::date');
    expect(pair?.down).toBe(`to_char("${pair?.column ?? ''}", 'YYYY-MM-DD') || 'dob'`);
  });

  it('shows the new values under the old name, in the old place', () => {
    const view = plan(migration, catalogOf(usersTable()))
      .filter(({ phase }) => phase === 'expand')
      .at(-1);
    expect(view?.sql).toContain(`SELECT "id", "name", "${pair?.column ?? ''}" AS "dob" FROM`);
  });

  it('never rewrites the table', () => {
    expect(plan(migration, catalogOf(usersTable())).some(({ rewrites }) => rewrites)).toBe(false);
  });

  it('converts the default as it converts the values', () => {
    const name = pair?.column ?? '';
    const table = usersTable({
      columns: [
        column('id', { type: 'bigint', notNull: true }),
        column('dob', { default: `'2000-01-01'::text` }),
        column(name, { type: 'date', comment: `crossfade:${pair?.id ?? ''}` }),
      ],
      views: { users_v1: [], users_v2: [] },
    });
    const contract = plan(migration, catalogOf(table)).filter(({ phase }) => phase === 'contract');
    expect(contract.map(({ sql }) => sql)).toContain(
      `ALTER TABLE "public"."users" ALTER COLUMN "dob" SET DEFAULT CAST((('2000-01-01'::text)::date) AS date)`,
    );
  });

  it('refuses by name what its replacement would lack', () => {
    const held = (more: Parameters<typeof usersTable>[0]) => () =>
      plan(migration, catalogOf(usersTable(more)));
    const said = (what: string) =>
      `changeType of users.dob: ${what} cannot be carried over to the column that replaces it`;
    const exclusion = constraint({ name: 'apart', kind: 'exclusion' });
    expect(held({ constraints: [exclusion] })).toThrow(said('apart'));
    expect(held({ indexes: [index({ valid: false })] })).toThrow(said('users_dob_idx'));
    const named = ['trigger touched on table users'];
    const dob = column('dob', { traits: { ...column('dob').traits, named } });
    expect(held({ columns: [column('id', { notNull: true }), dob] })).toThrow(
      said('trigger touched on table users'),
    );
    const leaning = [
      {
        own: false,
        schema: 'public',
        table: 'visits',
        name: 'fk',
        columns: ['user_dob'],
        leadsTo: ['dob'],
      },
    ];
    expect(held({ leaning })).toThrow(said('the foreign key public.visits.fk, which leads to it,'));
    expect(held({ leaning })).toThrow(
      'references: { follow: [{ table: visits, column: user_dob }] }',
    );
  });
});
