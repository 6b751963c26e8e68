import { describe, expect, it } from '@jest/globals';
import type { PartIndexCatalog, TableCatalog } from '../catalog.ts';
import type { ChangeType } from '../operation.ts';
import { plan } from '../plan.ts';
import type { PlanPhase } from '../planned-statement.ts';
import { partedUsers, share, withIndexOn } from '../parted/parted-users.fixture.ts';
import { catalogOf, constraint, index, migrationOf } from '../users-catalog.fixture.ts';

/** Each part has a share of an index of the whole, called `of`. */
const parted = (more: Partial<TableCatalog>, of = 'users_dob_idx') => {
  const columns = partedUsers().columns.map((one) => ({ ...one, notNull: true }));
  return [
    ['deep', share('deep_dob', of)] as const,
    ['rest', share('rest_dob', of)] as const,
    ['deepest', share('deepest_dob', 'deep_dob')] as const,
  ].reduce(
    (table, [name, one]) => withIndexOn(table, name, one),
    partedUsers({ columns, ...more }),
  );
};

const TO_DATE: ChangeType = {
  operation: 'changeType',
  table: 'users',
  column: 'dob',
  type: 'date',
  up: 'dob::date',
  down: 'dob::text',
};

const plannedBy = (table: TableCatalog, phase: PlanPhase, operation = TO_DATE) =>
  plan(migrationOf(operation), catalogOf(table)).filter((one) => one.phase === phase);

const planned = (table: TableCatalog, phase: PlanPhase, operation = TO_DATE) =>
  plannedBy(table, phase, operation).map(({ sql }) =>
    sql.replaceAll(/_crossfade_\w{8}_new_/g, '~'),
  );

const WHOLE = '~users_dob_idx';
const BODY = 'USING btree ("~dob")';

/** As a catalog shows it after some of the statements. */
function built(done: 'begun' | 'broken' | 'loose' | 'tied'): TableCatalog {
  const statements = plannedBy(parted({ indexes: [index()] }), 'index').map(({ sql }) => sql);
  const [whole = '', deep = '', deepest = ''] = statements.flatMap(
    (sql) => / INDEX (?:CONCURRENTLY )?"(_crossfade_\w+)" ON/.exec(sql)?.[1] ?? [],
  );
  const { partitions, ...table } = parted({
    indexes: [index(), index({ name: whole, valid: false })],
  });
  const shares: Readonly<Record<string, readonly PartIndexCatalog[]>> = {
    begun: [],
    broken: [share(deepest, null, false)],
    loose: [share(deepest, null)],
    tied: [share(deepest, deep)],
  };
  const more = { deep: [share(deep, done === 'tied' ? whole : null)], deepest: shares[done] ?? [] };
  return {
    ...table,
    partitions: partitions.map((one) => ({
      ...one,
      indexes: [...one.indexes, ...(more[one.name as keyof typeof more] ?? [])],
    })),
  };
}

describe('an index of a partitioned table', () => {
  it('is built leaf by leaf beside writers, and tied together from below', () => {
    expect(planned(parted({ indexes: [index()] }), 'index')).toEqual([
      `CREATE INDEX "${WHOLE}" ON ONLY "public"."users" ${BODY}`,
      `CREATE INDEX "~deep" ON ONLY "parts"."deep" ${BODY}`,
      `CREATE INDEX CONCURRENTLY "~deepest" ON "parts"."deepest" ${BODY}`,
      `ALTER INDEX "parts"."~deep" ATTACH PARTITION "parts"."~deepest"`,
      `ALTER INDEX "public"."${WHOLE}" ATTACH PARTITION "parts"."~deep"`,
      `CREATE INDEX CONCURRENTLY "~rest" ON "parts"."rest" ${BODY}`,
      `ALTER INDEX "public"."${WHOLE}" ATTACH PARTITION "parts"."~rest"`,
    ]);
  });

  it.each([
    ['begun', 'CREATE INDEX CONCURRENTLY "~deepest"', 5],
    ['broken', 'DROP INDEX CONCURRENTLY IF EXISTS "parts"."~deepest"', 6],
    ['loose', 'ALTER INDEX "parts"."~deep" ATTACH PARTITION "parts"."~deepest"', 4],
    ['tied', 'CREATE INDEX CONCURRENTLY "~rest"', 2],
  ] as const)('goes on where a crash left it: %s', (done, first, left) => {
    const statements = planned(built(done), 'index');
    expect(statements[0]).toContain(first);
    expect(statements).toHaveLength(left);
  });

  it('locks each part by itself, and says whose turn it is', () => {
    const statements = plannedBy(parted({ indexes: [index()] }), 'index');
    expect(statements.map(({ lock }) => lock)).toEqual(
      'Share Share ShareUpdateExclusive AccessShare AccessShare ShareUpdateExclusive AccessShare'.split(
        ' ',
      ),
    );
    expect(statements[2]).toMatchObject({
      share: 0.5,
      words: 'builds users_dob_idx on deepest',
    });
    expect(statements[3]?.also).toContainEqual({
      schema: 'parts',
      name: expect.stringMatching(/_new_deepest$/),
    });
  });

  it('takes the names of the old one and of its parts', () => {
    const names = planned({ ...built('tied'), views: { users_v2: [] } }, 'contract');
    expect(names.slice(-4)).toEqual([
      `ALTER INDEX "public"."${WHOLE}" RENAME TO "users_dob_idx"`,
      `ALTER INDEX "parts"."~deep" RENAME TO "deep_dob"`,
      `ALTER INDEX "parts"."~rest" RENAME TO "rest_dob"`,
      `ALTER INDEX "parts"."~deepest" RENAME TO "deepest_dob"`,
    ]);
  });

  it('goes after a rollback with what was not tied to it', () => {
    const gone = planned({ ...built('loose'), views: { users_v2: [] } }, 'retire');
    expect(gone.filter((sql) => sql.startsWith('DROP INDEX'))).toEqual([
      `DROP INDEX IF EXISTS "public"."${WHOLE}"`,
      `DROP INDEX IF EXISTS "parts"."~deep"`,
      `DROP INDEX IF EXISTS "parts"."~deepest"`,
    ]);
  });
});

describe('a key of a partitioned table', () => {
  const key = constraint({
    name: 'users_dob_key',
    kind: 'unique',
    columns: ['name', 'dob'],
    definition: 'UNIQUE (name, dob) DEFERRABLE',
  });
  const over = index({
    name: 'users_dob_key',
    unique: true,
    columns: ['name', 'dob'],
    constraint: 'users_dob_key',
  });
  const table = parted({ indexes: [over], constraints: [key] }, 'users_dob_key');

  it('is unique for the new version at once, and over indexes of its own from contract on', () => {
    expect(planned(table, 'index')[0]).toBe(
      `CREATE UNIQUE INDEX "~users_dob_key" ON ONLY "public"."users" ${BODY}`,
    );
    expect(planned(table, 'seal').slice(0, 2)).toEqual([
      `CREATE UNIQUE INDEX CONCURRENTLY "~rest" ON "parts"."rest" ${BODY}`,
      `CREATE UNIQUE INDEX CONCURRENTLY "~deepest" ON "parts"."deepest" ${BODY}`,
    ]);
    expect(planned({ ...table, views: { users_v2: [] } }, 'contract').slice(-8)).toEqual([
      `DROP INDEX "public"."~users_dob_key"`,
      `ALTER TABLE "parts"."deepest" ADD CONSTRAINT "deepest_dob" UNIQUE USING INDEX "~deepest" DEFERRABLE`,
      `ALTER TABLE ONLY "parts"."deep" ADD CONSTRAINT "deep_dob" UNIQUE (name, dob) DEFERRABLE`,
      `ALTER INDEX "parts"."deep_dob" ATTACH PARTITION "parts"."deepest_dob"`,
      `ALTER TABLE "parts"."rest" ADD CONSTRAINT "rest_dob" UNIQUE USING INDEX "~rest" DEFERRABLE`,
      `ALTER TABLE ONLY "public"."users" ADD CONSTRAINT "users_dob_key" UNIQUE (name, dob) DEFERRABLE`,
      `ALTER INDEX "public"."users_dob_key" ATTACH PARTITION "parts"."deep_dob"`,
      `ALTER INDEX "public"."users_dob_key" ATTACH PARTITION "parts"."rest_dob"`,
    ]);
  });

  it('stands in without being unique where old values may meet', () => {
    expect(planned(table, 'index', { ...TO_DATE, lossy: 'up' })[0]).toMatch(/^CREATE INDEX/);
  });

  it('leaves the old column free on parts that hold no NULL by a rule of their own', () => {
    const partitions = table.partitions.map((one) =>
      one.name === 'deepest' ? { ...one, ownNotNull: ['dob'] } : one,
    );
    const contract = planned({ ...table, partitions, views: { users_v2: [] } }, 'contract');
    const whole = contract.indexOf(`ALTER TABLE "public"."users" ALTER COLUMN "dob" DROP NOT NULL`);
    expect(whole).toBeGreaterThan(-1);
    expect(contract[whole + 1]).toBe(
      `ALTER TABLE "parts"."deepest" ALTER COLUMN "dob" DROP NOT NULL`,
    );
    expect(contract.join()).not.toContain(`"parts"."rest" ALTER COLUMN`);
  });

  it('is refused where the same migration renames a column of it', () => {
    const renames = {
      operation: 'renameColumn',
      table: 'users',
      column: 'name',
      to: 'called',
    } as const;
    expect(() => plan(migrationOf(TO_DATE, renames), catalogOf(table))).toThrow(
      'users_dob_key cannot be carried over to the column that replaces it: the same migration renames',
    );
  });
});

describe('a foreign key of a partitioned table', () => {
  const leads = constraint({
    name: 'users_day',
    kind: 'foreign',
    definition: 'FOREIGN KEY (dob) REFERENCES public.days(day)',
    references: { schema: 'public', table: 'days', columns: ['day'], tail: '' },
  });
  const table = parted({ constraints: [leads] });

  it('is proven leaf by leaf, and taken by the whole without a look at rows', () => {
    const key = 'FOREIGN KEY ("~dob") REFERENCES "public"."days" ("day")';
    expect(planned(table, 'seal').slice(0, 5)).toEqual([
      `ALTER TABLE "parts"."rest" ADD CONSTRAINT "~users_day" ${key} NOT VALID`,
      `ALTER TABLE "parts"."deepest" ADD CONSTRAINT "~users_day" ${key} NOT VALID`,
      'ALTER TABLE "parts"."rest" VALIDATE CONSTRAINT "~users_day"',
      'ALTER TABLE "parts"."deepest" VALIDATE CONSTRAINT "~users_day"',
      `ALTER TABLE "public"."users" ADD CONSTRAINT "~users_day" ${key}`,
    ]);
    expect(planned({ ...table, views: { users_v2: [] } }, 'contract').at(-1)).toBe(
      'ALTER TABLE "parts"."deepest" RENAME CONSTRAINT "~users_day" TO "users_day"',
    );
  });
});
