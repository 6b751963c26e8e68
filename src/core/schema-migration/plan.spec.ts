import { describe, expect, it } from '@jest/globals';
import type { TableCatalog } from './catalog.ts';
import { ownerMark } from './column-pair.ts';
import { shortId } from './identifier.ts';
import { plan } from './plan.ts';
import type { PlanPhase } from './planned-statement.ts';
import type { AddColumn } from './operation.ts';
import {
  BIRTHDATE,
  catalogOf,
  column,
  constraint,
  index,
  migrationOf,
  usersTable,
} from './users-catalog.fixture.ts';

const ID = shortId('users-birthdate/users/birthdate');

/** The table as expand leaves it. */
const expanded = (more: Partial<TableCatalog> = {}): TableCatalog =>
  usersTable({
    columns: [
      ...usersTable().columns,
      column('birthdate', { type: 'date', comment: ownerMark(ID) }),
    ],
    views: { users_v1: [{ name: 'dob', type: 'text', collation: null }], users_v2: [] },
    triggers: ['1_insert', '1_update', '2_keep'].map((end) => `zzz_crossfade_${ID}_${end}`),
    ...more,
  });

const phase = (wanted: PlanPhase, table = usersTable(), operation: AddColumn = BIRTHDATE) =>
  plan(migrationOf(operation), catalogOf(table)).filter((one) => one.phase === wanted);

const sql = (wanted: PlanPhase, table?: TableCatalog, operation?: AddColumn): readonly string[] =>
  phase(wanted, table, operation).map((one) => one.sql);

describe('plan', () => {
  it('makes the old version’s view before it touches the table', () => {
    const phases = plan(migrationOf(BIRTHDATE), catalogOf(usersTable())).map((one) => one.phase);
    expect([...new Set(phases)]).toEqual(['baseline', 'expand', 'backfill', 'verify']);
    expect(sql('baseline').at(-1)).toBe(
      'CREATE VIEW "users_v1"."users" WITH (security_invoker = true) AS SELECT "id", "name", "dob" FROM "public"."users"',
    );
  });

  it('expands without a rewrite, and says which locks it takes', () => {
    expect(
      phase('expand').map(({ lock, rewrites, reversible }) => ({ lock, rewrites, reversible })),
    ).toEqual(
      [
        'AccessExclusive',
        'AccessExclusive',
        'ShareRowExclusive',
        'ShareRowExclusive',
        'ShareRowExclusive',
        'ShareRowExclusive',
        'AccessShare',
      ].map((lock) => ({ lock, rewrites: false, reversible: true })),
    );
    expect(sql('expand')[0]).toBe('ALTER TABLE "public"."users" ADD COLUMN "birthdate" date');
  });

  it('puts the new column where the old location was, which it hides', () => {
    expect(sql('expand').at(-1)).toContain(
      'SELECT "id", "name", "birthdate" FROM "public"."users"',
    );
  });

  it('shows a location that is changed in part beside the new column', () => {
    const partial = { ...BIRTHDATE, down: { dob: 'overlay(dob placing birthdate::text from 1)' } };
    expect(sql('expand', usersTable(), partial).at(-1)).toContain(
      'SELECT "id", "name", "dob", "birthdate" FROM',
    );
    expect(sql('contract', expanded(), partial).join()).not.toContain('RENAME');
  });

  it('carries defaults and rights over to the views, and the fed column’s to the new one', () => {
    const table = usersTable({
      columns: [
        column('id', { generated: 'identity', default: null }),
        column('name', { default: `'x'::text` }),
        column('dob', { default: `'1970-01-01'::text` }),
      ],
      grants: [
        { role: 'app', privilege: 'SELECT', column: null },
        { role: null, privilege: 'UPDATE', column: 'dob' },
        { role: 'app', privilege: 'TRUNCATE', column: null },
      ],
    });
    expect(
      sql('expand', table)
        .filter((one) => !one.startsWith('CREATE OR REPLACE TRIGGER'))
        .slice(2),
    ).toEqual([
      'GRANT UPDATE ("birthdate") ON "public"."users" TO PUBLIC',
      expect.stringContaining('CREATE VIEW "users_v2"."users"'),
      `ALTER VIEW "users_v2"."users" ALTER COLUMN "name" SET DEFAULT 'x'::text`,
      'GRANT USAGE ON SCHEMA "users_v2" TO "app"',
      'GRANT USAGE ON SCHEMA "users_v2" TO PUBLIC',
      'GRANT SELECT ON "users_v2"."users" TO "app"',
      'GRANT UPDATE ("birthdate") ON "users_v2"."users" TO PUBLIC',
    ]);
  });

  it('has nothing left to expand once it is done', () => {
    expect(sql('expand', expanded())).toEqual([]);
    expect(sql('baseline', expanded()).join()).not.toContain('CREATE VIEW');
  });

  it('repairs what is missing of an expand', () => {
    expect(sql('expand', expanded({ triggers: [] }))).toHaveLength(4);
  });

  it('has nothing at all to do once it is contracted', () => {
    const table = expanded({
      columns: [
        column('id'),
        column('birthdate', { comment: `${ownerMark(ID)} contracted` }),
        column(`_crossfade_${ID}_dob`, { comment: `${ownerMark(ID)} was dob` }),
      ],
      stubs: [{ version: 'users_v1', by: 'users-birthdate', next: 'users_v2' }],
    });
    expect(plan(migrationOf(BIRTHDATE), catalogOf(table))).toEqual([]);
  });

  it('is refused where another has taken the version away that it comes from', () => {
    const stub = { version: 'users_v1', by: 'users-email', next: 'users_mail' };
    const gone = usersTable({ stubs: [stub] });
    expect(() => plan(migrationOf(BIRTHDATE), catalogOf(gone))).toThrow(
      'users-birthdate comes from users_v1, and users-email has taken users_v1.users away: users is read through ' +
        'users_mail since. Write `from: users_mail`.',
    );
    // One that had begun before still has its own work to do, forwards and back.
    expect(sql('contract', expanded({ stubs: [stub] }))).not.toEqual([]);
    expect(sql('retire', expanded({ stubs: [stub] }))).not.toEqual([]);
  });

  it('contracts by a rename, free of all that could refuse a write', () => {
    const table = expanded({
      columns: expanded().columns.map((one) =>
        one.name === 'dob' ? { ...one, notNull: true, default: `''` } : one,
      ),
      constraints: [constraint({ name: 'c' }), constraint({ name: 'u', kind: 'unique' })],
      indexes: [index({ name: 'i' }), index({ name: 'u', constraint: 'u' })],
    });
    const statements = sql('contract', table);
    const alter = 'ALTER TABLE "public"."users"';
    expect(statements[0]).toBe(
      'LOCK TABLE "users_v1"."users", "public"."users" IN ACCESS EXCLUSIVE MODE',
    );
    expect(statements).toEqual(
      expect.arrayContaining([
        `${alter} DROP CONSTRAINT IF EXISTS "c"`,
        `${alter} DROP CONSTRAINT IF EXISTS "u"`,
        'DROP INDEX IF EXISTS "public"."i"',
        `${alter} ALTER COLUMN "dob" DROP NOT NULL`,
        `${alter} ALTER COLUMN "dob" DROP DEFAULT`,
        `${alter} RENAME COLUMN "dob" TO "_crossfade_${ID}_dob"`,
      ]),
    );
  });

  it.each(['contract', 'retire'] as const)('drops no column in %s', (wanted) => {
    expect(sql(wanted, expanded()).join('\n')).not.toMatch(
      /DROP COLUMN|DROP TABLE|DELETE FROM|TRUNCATE/,
    );
  });

  it('has its only point of no return in contract', () => {
    const final = plan(migrationOf(BIRTHDATE), catalogOf(expanded())).filter(
      (one) => !one.reversible,
    );
    expect([...new Set(final.map((one) => one.phase))]).toEqual(['contract']);
  });

  it('takes every lock of a swap before it changes anything', () => {
    const migration = migrationOf(BIRTHDATE, { ...BIRTHDATE, table: 'admins' });
    const admins = shortId('users-birthdate/admins/birthdate');
    const second = expanded({
      name: 'admins',
      columns: [...usersTable().columns, column('birthdate', { comment: ownerMark(admins) })],
    });
    const statements = plan(migration, catalogOf(expanded(), second)).filter(
      (one) => one.phase === 'contract',
    );
    expect(statements.map((one) => one.sql.startsWith('LOCK')).lastIndexOf(true)).toBe(1);
    expect(statements.slice(0, 2).map((one) => one.table)).toEqual(['admins', 'users']);
  });

  it('refuses a column that somebody else made', () => {
    const table = usersTable({ columns: [...usersTable().columns, column('birthdate')] });
    expect(() => plan(migrationOf(BIRTHDATE), catalogOf(table))).toThrow(
      'users.birthdate exists already, and this migration did not make it',
    );
  });
});
