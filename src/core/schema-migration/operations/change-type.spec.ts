import { describe, expect, it } from '@jest/globals';
import { plan } from '../plan.ts';
import { catalogOf, column, migrationOf, usersTable } from '../users-catalog.fixture.ts';
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

  it('refuses a column whose index or constraint its replacement would lack', () => {
    const constraints = [
      {
        name: 'users_dob_check',
        kind: 'check' as const,
        columns: ['dob'],
        definition: `CHECK (dob <> '')`,
        condition: `dob <> ''`,
        referenced: false,
        validated: true,
      },
    ];
    expect(() => plan(migration, catalogOf(usersTable({ constraints })))).toThrow(
      'changeType of users.dob: users_dob_check stands on the column and would not stand on the one that replaces it.',
    );
  });
});
