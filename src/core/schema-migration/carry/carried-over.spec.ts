import { describe, expect, it } from '@jest/globals';
import type { TableCatalog } from '../catalog.ts';
import type { ChangeType, Operation } from '../operation.ts';
import { plan } from '../plan.ts';
import type { PlanPhase } from '../planned-statement.ts';
import {
  catalogOf,
  column,
  constraint,
  index,
  migrationOf,
  usersTable,
} from '../users-catalog.fixture.ts';

const TO_DATE: ChangeType = {
  operation: 'changeType',
  table: 'users',
  column: 'dob',
  type: 'date',
  up: 'dob::date',
  down: 'dob::text',
};

const planned = (phase: PlanPhase, more: Partial<TableCatalog>, ...others: readonly Operation[]) =>
  plan(migrationOf(TO_DATE, ...others), catalogOf(usersTable(more)))
    .filter((one) => one.phase === phase)
    .map(({ sql }) => sql.replaceAll(/_crossfade_\w{8}_new_/g, '~'));

const unique = (columns: readonly string[] = ['dob']) =>
  index({
    name: 'users_dob_key',
    unique: true,
    columns,
    body: `USING btree (${columns.join(', ')})`,
  });

describe('what stands on a column that is replaced', () => {
  it('is built over the new values, in every place where they are mentioned', () => {
    const indexes = [
      index({
        columns: ['dob', 'name'],
        body: `USING btree (upper(dob), name COLLATE "C") INCLUDE (dob) WHERE ((dob)::text <> 'dob'::text)`,
      }),
    ];
    expect(planned('index', { indexes })).toEqual([
      `CREATE INDEX CONCURRENTLY "~users_dob_idx" ON "public"."users" USING btree (upper("~dob"), name COLLATE "C") INCLUDE ("~dob") WHERE (("~dob")::text <> 'dob'::text)`,
    ]);
  });

  it('is known by its name though that is a word of PostgreSQL, which writes its own words large', () => {
    const columns = [column('id', { notNull: true }), column('first'), column('name')];
    const indexes = [
      index({ columns: ['first'], body: 'USING btree (first DESC NULLS FIRST) INCLUDE (name)' }),
    ];
    const first = { ...TO_DATE, column: 'first', up: 'first::date', down: 'first::text' };
    const [built] = plan(migrationOf(first), catalogOf(usersTable({ columns, indexes }))).filter(
      ({ phase }) => phase === 'index',
    );
    expect(built?.sql).toMatch(/\("_crossfade_\w+_new_first" DESC NULLS FIRST\) INCLUDE \(name\)$/);
  });

  it('is unique early where different old values stay different', () => {
    expect(planned('index', { indexes: [unique()] })).toEqual([
      expect.stringMatching(/^CREATE UNIQUE INDEX/),
    ]);
    expect(planned('seal', { indexes: [unique()] })).toEqual([]);
  });

  it('is unique from the seal on where they may meet, and a plain index stands in', () => {
    const found = (phase: PlanPhase) =>
      plan(migrationOf({ ...TO_DATE, lossy: 'up' }), catalogOf(usersTable({ indexes: [unique()] })))
        .filter((one) => one.phase === phase)
        .map(({ sql }) => sql);
    expect(found('index')).toEqual([expect.stringMatching(/^CREATE INDEX/)]);
    expect(found('seal')).toEqual([expect.stringMatching(/^CREATE UNIQUE INDEX/)]);
    expect(found('verify')).toContainEqual(expect.stringContaining('PARTITION BY'));
  });

  it('is carried once, by the first of several columns, and not with one that goes', () => {
    const indexes = [unique(['dob', 'name'])];
    const named: Operation = {
      ...TO_DATE,
      column: 'name',
      type: 'date',
      up: 'name::date',
      down: 'name::text',
    };
    expect(planned('index', { indexes }, named)).toEqual([
      expect.stringContaining('USING btree ("~dob", "~name")'),
    ]);
    const gone: Operation = { operation: 'dropColumn', table: 'users', column: 'name' };
    expect(planned('index', { indexes }, gone)).toEqual([]);
    const dropped: Operation = { operation: 'dropIndex', table: 'users', index: 'users_dob_key' };
    expect(planned('index', { indexes }, dropped)).toEqual([]);
  });

  it('is looked for by verify and sealed, when it could refuse the old version’s writes', () => {
    const check = constraint({
      name: 'users_dob_check',
      definition: `CHECK ((dob <> ''::text))`,
      condition: `(dob <> ''::text)`,
    });
    const columns = [
      column('id', { notNull: true }),
      column('name'),
      column('dob', { notNull: true }),
    ];
    expect(planned('seal', { constraints: [check], columns })).toEqual([
      `ALTER TABLE "public"."users" ADD CONSTRAINT "~users_dob_check" CHECK (("~dob" <> ''::text)) NOT VALID`,
      `ALTER TABLE "public"."users" VALIDATE CONSTRAINT "~users_dob_check"`,
      `ALTER TABLE "public"."users" ADD CONSTRAINT "~dob" CHECK ("~dob" IS NOT NULL) NOT VALID`,
      `ALTER TABLE "public"."users" VALIDATE CONSTRAINT "~dob"`,
    ]);
    expect(planned('verify', { constraints: [check], columns }).join('\n')).toMatch(
      /\(\("~dob" <> ''::text\)\) IS FALSE[^]*NOT \("~dob" IS NOT NULL\)/,
    );
  });

  it('is refused where a name may mean something else', () => {
    const columns = [column('id', { notNull: true }), column('hash')];
    const indexes = [index({ columns: ['hash'], body: 'USING hash (hash)' })];
    const operation = { ...TO_DATE, column: 'hash', up: 'hash::date', down: 'hash::text' };
    expect(() => plan(migrationOf(operation), catalogOf(usersTable({ columns, indexes })))).toThrow(
      'users_dob_idx cannot be carried over to the column that replaces it: "hash" may mean',
    );
  });
});
