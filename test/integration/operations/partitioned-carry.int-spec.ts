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
import { UsersTarget } from '../../support/users-target.ts';

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

const PLAIN = `ALTER TABLE people ALTER COLUMN id TYPE bigint, ALTER COLUMN n TYPE bigint, ALTER COLUMN city TYPE bigint`;

describe('what stands on a column of a partitioned table', () => {
  let debian: DebianPostgres;
  let shop: ShopTarget;
  let plain: UsersTarget | undefined;
  beforeAll(async () => {
    debian = await startDebianPostgres();
  });
  afterEach(async () => {
    await shop.close();
    await plain?.close();
    plain = undefined;
  });
  afterAll(() => debian.close());

  /** Before one of the first statements of a phase that has more of them. */
  const carryOut = async (kind: JobKind, random: () => number, phase: 'index' | 'seal') => {
    const passed = Array<FaultPoint>(9).fill(`${phase}.beforeStatement`);
    const { state, deaths } = await throughDeaths(shop, kind, random, 1, passed);
    expect(state).toMatchObject({ status: 'done', quarantined: 0 });
    return deaths;
  };

  it("stands on the new one, as a plain ALTER TABLE would have left it, on Debian's PostgreSQL", async () => {
    shop = await ShopTarget.on(SETUP, OPERATIONS, debian.url);
    plain = await UsersTarget.create(`${SETUP}; ${NINTH}; ${PLAIN}`, debian.url);
    await shop.run('expand', 'backfill');
    const again = `INSERT INTO shop_v2.people VALUES (301, 'r1', 1, 1) ON CONFLICT (n, region) DO NOTHING RETURNING id`;
    expect(await shop.app(again)).toEqual([]);
    await shop.admin(NINTH);
    expect(await shop.run('verify', 'contract')).toMatchObject({ status: 'done', quarantined: 0 });
    await shop.emptyTrash();
    expect(await heldTogether(shop.target.admin)).toEqual(await heldTogether(plain.admin));
  });

  it(`survives kill -9 of whoever works on the newest PostgreSQL (seed ${testSeed})`, async () => {
    shop = await ShopTarget.on(SETUP, OPERATIONS);
    plain = await UsersTarget.create(`${SETUP}; ${PLAIN}`);
    const random = seededRandom(testSeed);
    await shop.run('expand');
    let deaths = await carryOut('backfill', random, 'index');
    await shop.run('verify');
    deaths += await carryOut('contract', random, 'seal');
    expect(deaths).toBeGreaterThan(0);
    await shop.emptyTrash();
    expect(await heldTogether(shop.target.admin)).toEqual(await heldTogether(plain.admin));
    expect(await shop.admin('SELECT sum(n)::int AS n FROM people')).toEqual([{ n: 45_150 }]);
  });

  it.each([
    ['the middle of a build', 'backfill', 'index.beforeStatement', 3],
    ['the seal', 'contract', 'contract.beforeStatement', 1],
  ] as const)('is what it was after a rollback from %s', async (_, last, point, times) => {
    shop = await ShopTarget.on(SETUP, OPERATIONS);
    const before = await heldTogether(shop.target.admin);
    await shop.run('expand');
    if (last === 'contract') await shop.run('backfill', 'verify');
    let left: number = times;
    shop.target.faults.at = (now) => {
      if (now === point && (left -= 1) === 0) throw new Error('killed');
    };
    expect(await shop.run(last)).toMatchObject({ status: 'failed' });
    shop.target.faults.at = () => undefined;
    expect(await shop.run('retire')).toMatchObject({ status: 'done' });
    await shop.emptyTrash();
    expect(await heldTogether(shop.target.admin)).toEqual(before);
  });
});
