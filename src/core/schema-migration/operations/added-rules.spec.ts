import { describe, expect, it } from '@jest/globals';
import type { ConstraintCatalog } from '../catalog.ts';
import type { AddCheck, AddForeignKey, AddPrimaryKey, AddUnique, Operation } from '../operation.ts';
import { plan } from '../plan.ts';
import type { PlanPhase } from '../planned-statement.ts';
import { catalogOf, constraint, index, migrationOf, usersTable } from '../users-catalog.fixture.ts';

const on = { table: 'users', enforce: 'contract' } as const;
const CHECK: AddCheck = {
  ...on,
  operation: 'addCheck',
  name: 'users_dob',
  check: `dob <> ''`,
  replaces: null,
};
const FOREIGN: AddForeignKey = {
  ...on,
  operation: 'addForeignKey',
  name: 'users_name_fkey',
  columns: ['name'],
  references: { schema: 'crm', table: 'names', columns: ['name'] },
  onDelete: 'cascade',
  onUpdate: 'no action',
};
const UNIQUE: AddUnique = {
  ...on,
  operation: 'addUnique',
  name: 'users_dob_key',
  columns: ['dob'],
  include: ['name'],
  nulls: 'equal',
};
const PRIMARY: AddPrimaryKey = {
  ...on,
  operation: 'addPrimaryKey',
  name: 'users_pkey',
  columns: ['id', 'dob'],
};

const views = { users_v1: [], users_v2: [] };

const planned = (phase: PlanPhase, operations: readonly Operation[], table = usersTable()) =>
  plan(migrationOf(...operations), catalogOf(table))
    .filter((one) => one.phase === phase)
    .map(({ sql, lock }) => `${lock}: ${sql.replaceAll(/_crossfade_\w{8}_new_/g, '~')}`);

const interim = (name: string): string => {
  const [, found = ''] =
    new RegExp(`"(_crossfade_\\w{8}_new_${name})"`).exec(
      plan(migrationOf(CHECK, FOREIGN, UNIQUE, PRIMARY), catalogOf(usersTable()))
        .map(({ sql }) => sql)
        .join('\n'),
    ) ?? [];
  return found;
};

describe('a rule of the new version', () => {
  it('refuses nothing before contract, which begins by sealing it without a long lock', () => {
    expect(planned('index', [CHECK, FOREIGN, UNIQUE, PRIMARY])).toEqual([]);
    expect(planned('seal', [CHECK, FOREIGN, UNIQUE, PRIMARY])).toEqual([
      `AccessExclusive: ALTER TABLE "public"."users" ADD CONSTRAINT "~users_dob" CHECK (dob <> '') NOT VALID`,
      'ShareUpdateExclusive: ALTER TABLE "public"."users" VALIDATE CONSTRAINT "~users_dob"',
      'ShareRowExclusive: ALTER TABLE "public"."users" ADD CONSTRAINT "~users_name_fkey" FOREIGN KEY ("name") REFERENCES "crm"."names" ("name") ON DELETE CASCADE NOT VALID',
      'ShareUpdateExclusive: ALTER TABLE "public"."users" VALIDATE CONSTRAINT "~users_name_fkey"',
      'ShareUpdateExclusive: CREATE UNIQUE INDEX CONCURRENTLY "~users_dob_key" ON "public"."users" USING btree ("dob") INCLUDE ("name") NULLS NOT DISTINCT',
      'AccessExclusive: ALTER TABLE "public"."users" ADD CONSTRAINT "~known" CHECK ("dob" IS NOT NULL) NOT VALID',
      'ShareUpdateExclusive: ALTER TABLE "public"."users" VALIDATE CONSTRAINT "~known"',
      'ShareUpdateExclusive: CREATE UNIQUE INDEX CONCURRENTLY "~users_pkey" ON "public"."users" USING btree ("id", "dob")',
    ]);
  });

  it('locks the other table of a foreign key as well, and says so', () => {
    const [add] = plan(migrationOf(FOREIGN), catalogOf(usersTable())).filter(
      ({ phase }) => phase === 'seal',
    );
    expect(add?.also).toEqual([{ schema: 'crm', name: 'names' }]);
  });

  it('goes on where it was left: what is there is not made again', () => {
    const held = (more: Partial<ConstraintCatalog>) =>
      usersTable({ views, constraints: [constraint({ name: interim('users_dob'), ...more })] });
    expect(planned('seal', [CHECK], held({ validated: false }))).toEqual([
      expect.stringContaining('VALIDATE'),
    ]);
    expect(planned('seal', [CHECK], held({ validated: true }))).toEqual([]);
    expect(planned('retire', [CHECK], held({})).at(-1)).toMatch(
      /DROP CONSTRAINT IF EXISTS "~users_dob"$/,
    );
  });

  it('takes its name at contract, a key without reading a row', () => {
    const table = usersTable({
      views,
      indexes: [index({ name: interim('users_pkey') }), index({ name: interim('users_dob_key') })],
      constraints: [constraint({ name: interim('users_dob') })],
    });
    const swap = planned('contract', [CHECK, UNIQUE, PRIMARY], table);
    expect(swap.filter((sql) => sql.includes('ALTER TABLE'))).toEqual([
      'AccessExclusive: ALTER TABLE "public"."users" ALTER COLUMN "dob" SET NOT NULL',
      'AccessExclusive: ALTER TABLE "public"."users" DROP CONSTRAINT "~known"',
      'AccessExclusive: ALTER TABLE "public"."users" RENAME CONSTRAINT "~users_dob" TO "users_dob"',
      'AccessExclusive: ALTER TABLE "public"."users" ADD CONSTRAINT "users_dob_key" UNIQUE USING INDEX "~users_dob_key"',
      'AccessExclusive: ALTER TABLE "public"."users" ADD CONSTRAINT "users_pkey" PRIMARY KEY USING INDEX "~users_pkey"',
    ]);
  });

  it('holds from expand on where the old version keeps it', () => {
    const early = [
      { ...CHECK, enforce: 'expand' } as const,
      { ...UNIQUE, enforce: 'expand' } as const,
    ];
    expect(planned('expand', early)).toContainEqual(expect.stringContaining('CHECK (dob'));
    expect(planned('index', early)).toHaveLength(2);
    expect(planned('seal', early)).toEqual([]);
    expect(planned('verify', early)).toEqual([]);
  });

  it('is about the values of the new version', () => {
    const replaced: Operation = {
      operation: 'setNotNull',
      table: 'users',
      column: 'dob',
      up: `coalesce(dob, '-')`,
    };
    expect(planned('seal', [replaced, CHECK])).toContainEqual(
      expect.stringContaining(`CHECK ("~dob" <> '')`),
    );
  });

  it.each<[string, Operation, Partial<Parameters<typeof usersTable>[0]>]>([
    [
      'users has a primary key already: users_pk.',
      PRIMARY,
      { constraints: [constraint({ name: 'users_pk', kind: 'primary' })] },
    ],
    [
      'public.users has a constraint users_dob already',
      CHECK,
      { constraints: [constraint({ name: 'users_dob' })] },
    ],
    ['public.users has no column fax', { ...UNIQUE, columns: ['fax'] }, {}],
    [
      'the same migration changes users(dob), which it is to reference',
      { ...FOREIGN, references: { schema: null, table: 'users', columns: ['dob'] } },
      {},
    ],
  ])('is refused by name: %s', (message, operation, more) => {
    const gone: Operation = { operation: 'dropColumn', table: 'users', column: 'dob' };
    const others = operation.operation === 'addForeignKey' ? [gone] : [];
    expect(() => plan(migrationOf(operation, ...others), catalogOf(usersTable(more)))).toThrow(
      message,
    );
  });
});
