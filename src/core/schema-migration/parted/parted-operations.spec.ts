import { describe, expect, it } from '@jest/globals';
import type { TableCatalog } from '../catalog.ts';
import type { AddPrimaryKey, AddUnique, CreateIndex, Operation } from '../operation.ts';
import { plan } from '../plan.ts';
import type { PlanPhase } from '../planned-statement.ts';
import { catalogOf, migrationOf } from '../users-catalog.fixture.ts';
import { ownShareName } from './partitions.ts';
import { partedUsers, share, withIndexOn } from './parted-users.fixture.ts';

const BY_DOB: CreateIndex = {
  operation: 'createIndex',
  table: 'users',
  name: 'users_by_dob',
  method: 'btree',
  parts: [{ column: 'dob', expression: null, opclass: null, order: 'asc', nulls: null }],
  include: [],
  where: null,
};
const UNIQUE: AddUnique = {
  operation: 'addUnique',
  table: 'users',
  name: 'users_dob_key',
  columns: ['name', 'dob'],
  include: ['id'],
  nulls: 'equal',
  enforce: 'contract',
};
const PRIMARY: AddPrimaryKey = {
  operation: 'addPrimaryKey',
  table: 'users',
  name: 'users_pkey',
  columns: ['id', 'name'],
  enforce: 'contract',
};

const planned = (
  phase: PlanPhase,
  operations: readonly Operation[],
  table: TableCatalog = partedUsers(),
) =>
  plan(migrationOf(...operations), catalogOf(table))
    .filter((one) => one.phase === phase)
    .map(({ sql }) => sql.replaceAll(/_crossfade_\w{8}_new_/g, '~'));

const EXPANDED = partedUsers({ views: { users_v1: [], users_v2: [] } });

describe('an index that a partitioned table is to have', () => {
  it('is built leaf by leaf, and its parts are called much as PostgreSQL would call them', () => {
    expect(planned('index', [BY_DOB])).toEqual([
      'CREATE INDEX "~users_by_dob" ON ONLY "public"."users" USING "btree" ("dob")',
      'CREATE INDEX "~deep" ON ONLY "parts"."deep" USING "btree" ("dob")',
      'CREATE INDEX CONCURRENTLY "~deepest" ON "parts"."deepest" USING "btree" ("dob")',
      'ALTER INDEX "parts"."~deep" ATTACH PARTITION "parts"."~deepest"',
      'ALTER INDEX "public"."~users_by_dob" ATTACH PARTITION "parts"."~deep"',
      'CREATE INDEX CONCURRENTLY "~rest" ON "parts"."rest" USING "btree" ("dob")',
      'ALTER INDEX "public"."~users_by_dob" ATTACH PARTITION "parts"."~rest"',
    ]);
    expect(planned('contract', [BY_DOB], EXPANDED).slice(-4)).toEqual([
      'ALTER INDEX "public"."~users_by_dob" RENAME TO "users_by_dob"',
      'ALTER INDEX "parts"."~deep" RENAME TO "deep_by_dob"',
      'ALTER INDEX "parts"."~rest" RENAME TO "rest_by_dob"',
      'ALTER INDEX "parts"."~deepest" RENAME TO "deepest_by_dob"',
    ]);
  });

  it('keeps the name of a part that PostgreSQL has called so already, and renames another', () => {
    const [first = ''] = plan(migrationOf(BY_DOB), catalogOf(partedUsers())).flatMap(
      ({ sql }) => /CREATE INDEX "(\w+)" ON ONLY "public"/.exec(sql)?.[1] ?? [],
    );
    const table = withIndexOn(EXPANDED, 'rest', share('rest_by_dob', first));
    const catalog = { ...catalogOf(table), taken: ['rest_by_dob'] };
    const renames = plan(migrationOf(BY_DOB), catalog).filter(({ sql }) => sql.includes('RENAME'));
    expect(renames.map(({ sql }) => sql).join('\n')).not.toContain('rest_by_dob');
  });

  it('is refused where another has the name that one of its parts is to have', () => {
    const catalog = { ...catalogOf(partedUsers()), taken: ['deepest_by_dob'] };
    expect(() => plan(migrationOf(BY_DOB), catalog)).toThrow(
      'createIndex: parts.deepest_by_dob exists already, and this migration did not make it',
    );
  });
});

describe('a key that a partitioned table is to have', () => {
  it('is made at contract of an index on each leaf, tied together from below', () => {
    expect(planned('index', [UNIQUE])).toEqual([]);
    const body = 'USING btree ("name", "dob") INCLUDE ("id") NULLS NOT DISTINCT';
    expect(planned('seal', [UNIQUE])).toEqual([
      `CREATE UNIQUE INDEX CONCURRENTLY "~rest" ON "parts"."rest" ${body}`,
      `CREATE UNIQUE INDEX CONCURRENTLY "~deepest" ON "parts"."deepest" ${body}`,
    ]);
    const key = 'UNIQUE NULLS NOT DISTINCT ("name", "dob") INCLUDE ("id")';
    expect(planned('contract', [UNIQUE], EXPANDED).slice(-7)).toEqual([
      'ALTER TABLE "parts"."deepest" ADD CONSTRAINT "deepest_dob_key" UNIQUE USING INDEX "~deepest"',
      `ALTER TABLE ONLY "parts"."deep" ADD CONSTRAINT "deep_dob_key" ${key}`,
      'ALTER INDEX "parts"."deep_dob_key" ATTACH PARTITION "parts"."deepest_dob_key"',
      'ALTER TABLE "parts"."rest" ADD CONSTRAINT "rest_dob_key" UNIQUE USING INDEX "~rest"',
      `ALTER TABLE ONLY "public"."users" ADD CONSTRAINT "users_dob_key" ${key}`,
      'ALTER INDEX "public"."users_dob_key" ATTACH PARTITION "parts"."deep_dob_key"',
      'ALTER INDEX "public"."users_dob_key" ATTACH PARTITION "parts"."rest_dob_key"',
    ]);
  });

  it('stands on the whole until contract where it is to refuse duplicates earlier', () => {
    const early = { ...UNIQUE, enforce: 'expand' } as const;
    expect(planned('index', [early])[0]).toMatch(
      /^CREATE UNIQUE INDEX "~users_dob_key" ON ONLY "public"/,
    );
    expect(planned('seal', [early])).toHaveLength(2);
    expect(planned('contract', [early], EXPANDED)).toContain(
      'DROP INDEX "public"."~users_dob_key"',
    );
  });

  it('asks for no NULL first where it is a primary key', () => {
    const contract = planned('contract', [PRIMARY], EXPANDED);
    const at = (sql: string): number => contract.findIndex((one) => one.includes(sql));
    expect(at('ALTER COLUMN "id" SET NOT NULL')).toBeGreaterThan(-1);
    expect(at('ALTER COLUMN "id" SET NOT NULL')).toBeLessThan(
      at('ADD CONSTRAINT "deepest_pkey" PRIMARY KEY USING INDEX'),
    );
    expect(contract.at(-3)).toBe(
      'ALTER TABLE ONLY "public"."users" ADD CONSTRAINT "users_pkey" PRIMARY KEY ("id", "name")',
    );
  });

  it('goes by the names that its columns have when its turn comes', () => {
    const renames = {
      operation: 'renameColumn',
      table: 'users',
      column: 'name',
      to: 'called',
    } as const;
    const key = { ...PRIMARY, columns: ['id', 'called'] };
    const made = (...operations: readonly Operation[]) =>
      planned('contract', operations, EXPANDED).find((sql) => sql.includes('ONLY "public"'));
    expect(made(renames, key)).toContain('PRIMARY KEY ("id", "called")');
    expect(made(key, renames)).toContain('PRIMARY KEY ("id", "name")');
  });

  it.each<[string, AddUnique | AddPrimaryKey, Partial<TableCatalog>]>([
    [
      'users_dob_key: users is partitioned, and PostgreSQL keeps a key in each partition by itself; name decides where a row stands. Add it to the columns of users_dob_key.',
      { ...UNIQUE, columns: ['dob'] },
      {},
    ],
    [
      'an expression over name places its rows. Partition it by columns alone first.',
      UNIQUE,
      { placedByExpression: true },
    ],
  ])('is refused where its rows may stand apart: %s', (message, operation, more) => {
    expect(() => plan(migrationOf(operation), catalogOf(partedUsers(more)))).toThrow(message);
  });
});

describe('the name of a part', () => {
  const share63 = (name: string, part: string) =>
    ownShareName(name, { schema: 'public', name: 'users' }, { schema: 'public', name: part });

  it('begins with that of the partition, whatever the index is called', () => {
    expect(share63('users_pkey', 'users_0')).toBe('users_0_pkey');
    expect(share63('fast', 'users_0')).toBe('users_0_fast');
  });

  it('is one that PostgreSQL does not cut, and differs where the long ones do', () => {
    const [one, other] = ['a', 'b'].map((end) => share63('users_x', `${'ü'.repeat(31)}${end}`));
    expect(one).toMatch(/^ü{27}_[0-9a-f]{8}$/);
    expect(one).not.toBe(other);
    expect(Buffer.byteLength(one ?? '')).toBeLessThanOrEqual(63);
  });
});
