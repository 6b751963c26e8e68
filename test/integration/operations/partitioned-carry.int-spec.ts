import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { JobKind } from '../../../src/core/schema-migration/job.ts';
import type { ChangeType } from '../../../src/core/schema-migration/operation.ts';
import type { FaultPoint } from '../../../src/engine/ports/fault-points.ts';
import { heldTogether } from '../../support/catalog-of.ts';
import { startDebianPostgres } from '../../support/debian-postgres.ts';
import type { DebianPostgres } from '../../support/debian-postgres.ts';
import { throughDeaths } from '../../support/dying-workers.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { ShopTarget } from '../../support/shop-target.ts';
import { testSeed } from '../../support/test-seed.ts';

/** On two levels, with all that PostgreSQL lets stand on columns of a partitioned table. */
const SETUP = `
  CREATE TABLE cities (id int PRIMARY KEY);
  INSERT INTO cities SELECT generate_series(0, 9);
  CREATE TABLE people (id int, region text, n int NOT NULL, city int, CONSTRAINT people_pkey PRIMARY KEY (id, region),
    CONSTRAINT people_n_key UNIQUE (n, region), CONSTRAINT people_n_positive CHECK (n > 0),
    CONSTRAINT people_city_fkey FOREIGN KEY (city) REFERENCES cities ON DELETE RESTRICT) PARTITION BY LIST (region);
  CREATE TABLE people_0 PARTITION OF people FOR VALUES IN ('r0') PARTITION BY HASH (region);
  CREATE TABLE people_00 PARTITION OF people_0 FOR VALUES WITH (MODULUS 1, REMAINDER 0);
  CREATE TABLE people_rest PARTITION OF people FOR VALUES IN ('r1', 'r2');
  CREATE INDEX people_by_n ON people (n DESC, lower(region)) WITH (fillfactor = 70) WHERE n > 2;
  CREATE UNIQUE INDEX people_city_n ON people (region, n, city);
  COMMENT ON INDEX people_rest_n_lower_idx IS 'part';
  ALTER TABLE people_rest REPLICA IDENTITY USING INDEX people_rest_pkey;
  INSERT INTO people SELECT i, 'r' || i % 3, i, i % 10 FROM generate_series(1, 300) i;`;

const NINTH = `CREATE TABLE people_9 PARTITION OF people FOR VALUES IN ('r9')`;

const toBigint = (column: string): ChangeType => ({
  operation: 'changeType',
  table: 'people',
  column,
  type: 'bigint',
  up: column,
  down: column,
});
const OPERATIONS = ['id', 'n', 'city'].map(toBigint);

describe('what stands on a column of a partitioned table', () => {
  let debian: DebianPostgres;
  let shop: ShopTarget;
  beforeAll(async () => {
    debian = await startDebianPostgres();
  });
  afterEach(() => shop.close());
  afterAll(() => debian.close());

  /** Before one of the first statements of a phase that has more of them. */
  const carryOut = async (kind: JobKind, random: () => number, phase: 'index' | 'seal') => {
    const passed = Array<FaultPoint>(9).fill(`${phase}.beforeStatement`);
    const { state, deaths } = await throughDeaths(shop, kind, random, 1, passed);
    expect(state).toMatchObject({ status: 'done', quarantined: 0 });
    return deaths;
  };

  /** A key that contract has made, which has its own NOT NULL on each part, goes once more. */
  const contractAgain = async (): Promise<void> => {
    const operations = [{ ...toBigint('id'), type: 'numeric' }];
    const again = { ...shop.migration, name: 'again', from: 'shop_v2', to: 'shop_v3', operations };
    for (const kind of ['expand', 'backfill', 'contract'] as const) {
      expect(await shop.target.run(kind, again)).toMatchObject({ status: 'done', quarantined: 0 });
    }
  };

  /** Definitions name columns, not types: they are to be what they were. */
  const held = async () => {
    const all = await heldTogether(shop.target.admin);
    return Object.fromEntries(
      Object.entries(all).filter(([name]) => !name.includes('_crossfade_')),
    );
  };

  it('stands on the new one, in a partition that was made on the way as well', async () => {
    shop = await ShopTarget.on(SETUP, OPERATIONS);
    await shop.run('expand', 'backfill');
    const again = `INSERT INTO shop_v2.people VALUES (301, 'r1', 1, 1) ON CONFLICT (n, region) DO NOTHING RETURNING id`;
    expect(await shop.app(again)).toEqual([]);
    await shop.admin(NINTH);
    const before = await held();
    expect(await shop.run('contract')).toMatchObject({ status: 'done', quarantined: 0 });
    expect(await heldTogether(shop.target.admin)).toEqual(before);
    const values = 'SELECT sum(n)::int AS n, pg_typeof(max(id))::text AS type FROM people_rest';
    expect(await shop.admin(values)).toEqual([{ n: 30_000, type: 'bigint' }]);
    await contractAgain();
    await shop.app(`INSERT INTO shop_v3.people (id, region, n) VALUES (302, 'r9', 302)`);
  });

  it(`does so after kill -9 of whoever builds it, on Debian's PostgreSQL (seed ${testSeed})`, async () => {
    shop = await ShopTarget.on(SETUP, OPERATIONS, debian.url);
    const [before, random] = [await held(), seededRandom(testSeed)];
    await shop.run('expand');
    const deaths = await carryOut('backfill', random, 'index');
    expect(deaths + (await carryOut('contract', random, 'seal'))).toBeGreaterThan(0);
    expect(await heldTogether(shop.target.admin)).toEqual(before);
  });

  it('is what it was after a rollback from the seal', async () => {
    shop = await ShopTarget.on(SETUP, OPERATIONS);
    const before = await held();
    await shop.run('expand', 'backfill');
    shop.target.faults.at = (now) => {
      if (now === 'contract.beforeStatement') throw new Error('killed');
    };
    expect(await shop.run('contract')).toMatchObject({ status: 'failed' });
    shop.target.faults.at = () => undefined;
    expect(await shop.run('retire')).toMatchObject({ status: 'done' });
    expect(await heldTogether(shop.target.admin)).toEqual(before);
  });
});
