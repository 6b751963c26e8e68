import { describe, expect, it } from '@jest/globals';
import type { PartConstraintCatalog, TableCatalog } from '../catalog.ts';
import type { AddForeignKey } from '../operation.ts';
import { plan } from '../plan.ts';
import type { PlanPhase } from '../planned-statement.ts';
import { catalogOf, constraint, migrationOf } from '../users-catalog.fixture.ts';
import { partedUsers } from './parted-users.fixture.ts';

const TO_NAMES: AddForeignKey = {
  operation: 'addForeignKey',
  table: 'users',
  name: 'users_name_fkey',
  columns: ['name'],
  references: { schema: 'crm', table: 'names', columns: ['name'] },
  onDelete: 'no action',
  onUpdate: 'no action',
  enforce: 'contract',
};
const EARLY: AddForeignKey = { ...TO_NAMES, enforce: 'expand' };
const KEY = 'FOREIGN KEY ("name") REFERENCES "crm"."names" ("name")';
const views = { users_v1: [], users_v2: [] };

const planned = (phase: PlanPhase, table: TableCatalog, operation = TO_NAMES) =>
  plan(migrationOf(operation), catalogOf(table)).filter((one) => one.phase === phase);

const sqlOf = (...asked: Parameters<typeof planned>): readonly string[] =>
  planned(...asked).map(({ sql }) => sql.replaceAll(/_crossfade_\w{8}_new_/g, '~'));

const [, INTERIM = ''] =
  /"(_crossfade_\w+)"/.exec(planned('seal', partedUsers())[0]?.sql ?? '') ?? [];

/** Constraints that parts have, by part. */
const withOn = (
  table: TableCatalog,
  on: Readonly<Record<string, Partial<PartConstraintCatalog>>>,
): TableCatalog => ({
  ...table,
  partitions: table.partitions.map((part) => {
    const more = on[part.name];
    const bare = { name: INTERIM, of: null, validated: true, foreign: true, columns: ['name'] };
    return more === undefined ? part : { ...part, constraints: [{ ...bare, ...more }] };
  }),
});

describe('a foreign key that a partitioned table is to have', () => {
  it('is proven leaf by leaf, and then adopted by the whole', () => {
    expect(sqlOf('seal', partedUsers())).toEqual([
      `ALTER TABLE "parts"."rest" ADD CONSTRAINT "~users_name_fkey" ${KEY} NOT VALID`,
      `ALTER TABLE "parts"."deepest" ADD CONSTRAINT "~users_name_fkey" ${KEY} NOT VALID`,
      'ALTER TABLE "parts"."rest" VALIDATE CONSTRAINT "~users_name_fkey"',
      'ALTER TABLE "parts"."deepest" VALIDATE CONSTRAINT "~users_name_fkey"',
      `ALTER TABLE "public"."users" ADD CONSTRAINT "~users_name_fkey" ${KEY}`,
    ]);
    const [add, , validate, , adopt] = planned('seal', partedUsers());
    const other = { schema: 'crm', name: 'names' };
    expect(add).toMatchObject({ lock: 'ShareRowExclusive', share: 0.5 });
    expect(add?.also).toContainEqual(other);
    expect(validate).toMatchObject({ lock: 'ShareUpdateExclusive', share: 0.5 });
    expect(adopt?.also).toContainEqual(other);
  });

  it('goes on where a crash left it, and is whole when the whole has it', () => {
    const half = withOn(partedUsers(), { rest: {}, deepest: { validated: false } });
    expect(sqlOf('seal', half)).toEqual([
      'ALTER TABLE "parts"."deepest" VALIDATE CONSTRAINT "~users_name_fkey"',
      expect.stringContaining('ALTER TABLE "public"."users" ADD CONSTRAINT'),
    ]);
    expect(sqlOf('seal', partedUsers({ constraints: [constraint({ name: INTERIM })] }))).toEqual(
      [],
    );
  });

  it('holds from expand on where it is to, on a leaf that comes later as well', () => {
    expect(sqlOf('expand', partedUsers(), EARLY)).toContainEqual(
      expect.stringMatching(/"parts"\."deepest" ADD CONSTRAINT .* NOT VALID$/),
    );
    expect(sqlOf('index', partedUsers(), EARLY)).toHaveLength(3);
    const later = withOn(partedUsers({ views }), { rest: {} });
    expect(sqlOf('expand', later, EARLY)).toEqual([]);
    expect(sqlOf('index', later, EARLY)).toEqual([
      expect.stringMatching(/"parts"\."deepest" ADD CONSTRAINT .* NOT VALID$/),
      'ALTER TABLE "parts"."deepest" VALIDATE CONSTRAINT "~users_name_fkey"',
      expect.stringContaining('ALTER TABLE "public"."users" ADD CONSTRAINT'),
    ]);
    expect(sqlOf('seal', later, EARLY)).toEqual([]);
  });

  it('takes its name on every level at contract, but for one that a partition came with', () => {
    const whole = partedUsers({ views, constraints: [constraint({ name: INTERIM })] });
    const table = withOn(whole, {
      deep: { of: INTERIM },
      rest: { of: INTERIM, name: 'came_with' },
      deepest: { of: INTERIM },
    });
    expect(sqlOf('contract', table).filter((sql) => sql.includes('RENAME'))).toEqual([
      'ALTER TABLE "public"."users" RENAME CONSTRAINT "~users_name_fkey" TO "users_name_fkey"',
      'ALTER TABLE "parts"."deep" RENAME CONSTRAINT "~users_name_fkey" TO "users_name_fkey"',
      'ALTER TABLE "parts"."deepest" RENAME CONSTRAINT "~users_name_fkey" TO "users_name_fkey"',
    ]);
  });

  it('goes after a rollback from the leaves that have it, or from the whole', () => {
    const drops = (table: TableCatalog) => {
      return sqlOf('retire', table).filter((sql) => sql.includes('DROP CONSTRAINT'));
    };
    expect(drops(withOn(partedUsers({ views }), { deepest: {} }))).toEqual([
      'ALTER TABLE "parts"."deepest" DROP CONSTRAINT IF EXISTS "~users_name_fkey"',
    ]);
    const whole = partedUsers({ views, constraints: [constraint({ name: INTERIM })] });
    expect(drops(withOn(whole, { deepest: { of: INTERIM } }))).toEqual([
      'ALTER TABLE "public"."users" DROP CONSTRAINT IF EXISTS "~users_name_fkey"',
    ]);
  });

  it('takes its own away where the whole has adopted another that somebody has given a leaf since', () => {
    const whole = partedUsers({ views, constraints: [constraint({ name: INTERIM })] });
    const table = withOn(whole, { rest: {} });
    const drop = 'ALTER TABLE "parts"."rest" DROP CONSTRAINT IF EXISTS "~users_name_fkey"';
    expect(sqlOf('contract', table)).toContain(drop);
    expect(sqlOf('retire', table)).toContain(drop);
    const given = { name: 'users_name_fkey' };
    expect(() => planned('retire', withOn(partedUsers({ views }), { rest: given }))).not.toThrow();
  });

  it.each<[string, Partial<PartConstraintCatalog>]>([
    [
      'users_name_fkey: partition rest of users alone has own_key on name. Drop that first.',
      { name: 'own_key' },
    ],
    [
      'addForeignKey: partition rest has a constraint users_name_fkey already. Choose another name.',
      { name: 'users_name_fkey', foreign: false },
    ],
  ])('is refused where a partition has its like: %s', (message, own) => {
    expect(() => planned('seal', withOn(partedUsers(), { rest: own }))).toThrow(message);
  });
});
