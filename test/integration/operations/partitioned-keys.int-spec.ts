import { execFileSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Operation } from '../../../src/core/schema-migration/operation.ts';
import { heldTogether } from '../../support/catalog-of.ts';
import { startDebianPostgres } from '../../support/debian-postgres.ts';
import type { DebianPostgres } from '../../support/debian-postgres.ts';
import { ShopTarget } from '../../support/shop-target.ts';

/** On two levels, its parts in another schema as well; regions, to which it is to lead, have parts of their own. */
const SETUP = `
  CREATE SCHEMA parts;
  CREATE TABLE numbers AS SELECT generate_series(1, 400) AS n;
  ALTER TABLE numbers ADD PRIMARY KEY (n);
  CREATE TABLE regions (name text PRIMARY KEY) PARTITION BY LIST (name);
  CREATE TABLE regions_0 PARTITION OF regions FOR VALUES IN ('r0') PARTITION BY HASH (name);
  CREATE TABLE regions_00 PARTITION OF regions_0 FOR VALUES WITH (MODULUS 1, REMAINDER 0);
  CREATE TABLE regions_rest PARTITION OF regions DEFAULT;
  INSERT INTO regions SELECT 'r' || generate_series(0, 9);
  CREATE TABLE people (id int NOT NULL, region text NOT NULL, n int) PARTITION BY LIST (region);
  CREATE TABLE parts.people_0 PARTITION OF people FOR VALUES IN ('r0') PARTITION BY HASH (region);
  CREATE TABLE parts.people_00 PARTITION OF parts.people_0 FOR VALUES WITH (MODULUS 1, REMAINDER 0);
  CREATE TABLE people_rest PARTITION OF people FOR VALUES IN ('r1', 'r2');
  CREATE INDEX people_old ON people (n);
  INSERT INTO people SELECT i, 'r' || i % 3, i FROM generate_series(1, 300) i;`;

const part = { column: 'n', expression: null, opclass: null, order: 'desc', nulls: null } as const;
const FOREIGN_KEY = {
  operation: 'addForeignKey',
  table: 'people',
  onDelete: 'no action',
  onUpdate: 'cascade',
} as const;
const OPERATIONS: readonly Operation[] = [
  { operation: 'dropIndex', table: 'people', index: 'people_old' },
  { operation: 'renameColumn', table: 'people', column: 'n', to: 'number' },
  {
    operation: 'createIndex',
    table: 'people',
    name: 'people_by_n',
    method: 'btree',
    parts: [part],
    include: [],
    where: null,
  },
  {
    operation: 'addUnique',
    table: 'people',
    name: 'people_n_key',
    columns: ['number', 'region'],
    include: ['id'],
    nulls: 'equal',
    enforce: 'expand',
  },
  {
    operation: 'addPrimaryKey',
    table: 'people',
    name: 'people_pkey',
    columns: ['region', 'id'],
    enforce: 'contract',
  },
  {
    ...FOREIGN_KEY,
    name: 'people_number_fkey',
    columns: ['number'],
    references: { schema: null, table: 'numbers', columns: ['n'] },
    enforce: 'contract',
  },
  {
    ...FOREIGN_KEY,
    name: 'people_region_fkey',
    columns: ['region'],
    references: { schema: null, table: 'regions', columns: ['name'] },
    enforce: 'expand',
  },
  { operation: 'renameTable', table: 'people', to: 'citizens' },
  {
    operation: 'sql',
    table: 'people',
    also: [],
    expand: 'ALTER TABLE people ADD COLUMN seen date;',
    contract: `COMMENT ON TABLE citizens IS 'renamed';`,
    down: 'ALTER TABLE people DROP COLUMN seen;',
  },
];

/** What plain DDL makes of the same table, with the partition that comes on the way. */
const PLAIN = `
  DROP INDEX people_old;
  ALTER TABLE people RENAME n TO number;
  CREATE INDEX people_by_n ON people (number DESC);
  ALTER TABLE people ADD CONSTRAINT people_n_key UNIQUE NULLS NOT DISTINCT (number, region) INCLUDE (id),
    ADD CONSTRAINT people_pkey PRIMARY KEY (region, id),
    ADD CONSTRAINT people_number_fkey FOREIGN KEY (number) REFERENCES numbers (n) ON UPDATE CASCADE,
    ADD CONSTRAINT people_region_fkey FOREIGN KEY (region) REFERENCES regions (name) ON UPDATE CASCADE,
    ADD COLUMN seen date;
  ALTER TABLE people RENAME TO citizens`;

const NINTH = `CREATE TABLE people_9 PARTITION OF people FOR VALUES IN ('r9')`;

/** Whatever parts are called. */
async function definitions(shop: ShopTarget): Promise<readonly unknown[]> {
  return shop.admin(
    `SELECT c.relname, regexp_replace(pg_get_indexdef(i.indexrelid), 'INDEX \\S+ ON', 'INDEX ON') AS definition,
       i.indisvalid AS valid, k.contype::text, (SELECT count(*)::int FROM pg_inherits h WHERE h.inhparent = i.indexrelid) AS parts
     FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid
     WHERE c.relname ~ '^(people|citizens)' UNION ALL
     SELECT c.relname, pg_get_constraintdef(f.oid), f.convalidated, concat(f.conparentid > 0, starts_with(f.conname, '_crossfade_')), count(g.oid)::int
     FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid LEFT JOIN pg_trigger g ON g.tgconstraint = f.oid
     WHERE f.contype = 'f' GROUP BY c.relname, f.oid ORDER BY 1, 2`,
  );
}

/** By another process, while this one stands still. */
function meanwhile(url: string, sql: string): void {
  const script = `import pg from 'pg'; const client = new pg.Client(process.argv[1]);
    await client.connect(); await client.query(process.argv[2]); await client.end();`;
  execFileSync(process.execPath, ['--input-type=module', '--eval', script, url, sql]);
}

/** The first on the oldest server that a target may be. */
describe('indexes and keys of a partitioned table', () => {
  let debian: DebianPostgres;
  let shop: ShopTarget;
  beforeAll(async () => {
    debian = await startDebianPostgres();
  });
  afterEach(() => shop.close());
  afterAll(() => debian.close());

  const wanted = async (server?: string): Promise<readonly unknown[]> => {
    const plain = await ShopTarget.on(`${SETUP}; ${NINTH}; ${PLAIN}`, [], server);
    try {
      return await definitions(plain);
    } finally {
      await plain.close();
    }
  };

  it('are what plain DDL would make, and go back as they came', async () => {
    shop = await ShopTarget.on(SETUP, OPERATIONS, debian.url);
    await shop.run('expand', 'backfill');
    await expect(shop.app(`INSERT INTO shop_v1.people VALUES (301, 'r1', 1)`)).rejects.toThrow(
      'duplicate key value',
    );
    await shop.admin(NINTH);
    await shop.app(`INSERT INTO shop_v2.citizens VALUES (302, 'r9', 302)`);
    await expect(shop.admin(`DELETE FROM regions WHERE name = 'r9'`)).rejects.toThrow(
      'violates foreign key constraint',
    );
    const before = await heldTogether(shop.target.admin);
    expect(await shop.run('verify', 'contract')).toMatchObject({ status: 'done', reason: null });
    expect(await definitions(shop)).toEqual(await wanted(debian.url));
    const names = Object.keys(await heldTogether(shop.target.admin)).join(' ');
    expect(names).toContain('people_9.people_9_by_n');
    expect(names).not.toContain('_crossfade_');
    expect(await shop.run('restore')).toMatchObject({ status: 'done' });
    expect(await heldTogether(shop.target.admin)).toEqual(before);
    expect(await shop.run('retire')).toMatchObject({ status: 'done' });
    expect(Object.keys(await heldTogether(shop.target.admin)).join(' ')).not.toContain(
      '_crossfade_',
    );
  });

  it('leave nothing behind after a rollback of an index that was half built', async () => {
    shop = await ShopTarget.on(
      `CREATE TABLE people (n int) PARTITION BY LIST (n); CREATE TABLE people_1 PARTITION OF people DEFAULT`,
      OPERATIONS.filter(({ operation }) => operation === 'createIndex'),
    );
    const half = async () =>
      shop.admin(`SELECT c.relname AS of, i.indisvalid AS valid FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
        WHERE c.relname ~ '^people' ORDER BY 1`);
    let statements = 0;
    shop.target.faults.at = (point) => {
      statements += point === 'index.beforeStatement' ? 1 : 0;
      if (statements === 3) throw new Error('killed');
    };
    await shop.run('expand');
    expect(await shop.run('backfill')).toMatchObject({ status: 'failed' });
    // That of the part was built, and not tied to the whole.
    expect(await half()).toEqual([
      { of: 'people', valid: false },
      { of: 'people_1', valid: true },
    ]);
    shop.target.faults.at = () => undefined;
    expect(await shop.run('retire')).toMatchObject({ status: 'done' });
    expect(await half()).toEqual([]);
  });

  it('are made on a partition that comes between the plan of contract and its lock', async () => {
    shop = await ShopTarget.on(SETUP, OPERATIONS);
    await shop.run('expand', 'backfill');
    let hasCome = false;
    shop.target.faults.at = (point) => {
      if (point !== 'contract.beforeStatement' || hasCome) return;
      hasCome = true;
      meanwhile(shop.target.url, NINTH);
    };
    expect(await shop.run('contract')).toMatchObject({ status: 'done' });
    expect(hasCome).toBe(true);
    expect(await definitions(shop)).toEqual(await wanted());
    expect(await shop.run('restore')).toMatchObject({ status: 'done' });
    const known = `SELECT conislocal AS own, count(*)::int AS columns FROM pg_constraint
      WHERE contype = 'n' AND coninhcount > 0 AND conrelid::regclass::text ~ 'people' GROUP BY 1`;
    expect(await shop.admin(known)).toEqual([{ own: false, columns: 8 }]);
  });
});
