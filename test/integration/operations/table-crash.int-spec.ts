import { afterEach, describe, expect, it } from '@jest/globals';
import type { Operation } from '../../../src/core/schema-migration/operation.ts';
import { throughDeaths } from '../../support/dying-workers.ts';
import { rowsOf, schemaOf } from '../../support/schema-of.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { ShopTarget } from '../../support/shop-target.ts';
import { SPLIT_USERS } from '../../support/split-users.ts';
import { testSeed } from '../../support/test-seed.ts';

const SETUP = `
  CREATE TABLE users (id bigint PRIMARY KEY, street text, zip text, tags text[]);
  CREATE TABLE bios (user_id bigint PRIMARY KEY, bio text, lang text NOT NULL DEFAULT 'en');
  INSERT INTO users SELECT n, 's' || n, n::text, CASE WHEN n % 2 = 0 THEN ARRAY['a' || n, 'b'] END FROM generate_series(1, 300) n;
  INSERT INTO bios SELECT n, 'bio ' || n FROM generate_series(1, 300, 3) n`;

const TABLES = ['users', 'bios', 'addresses', 'tags', 'visits'];

const OPERATIONS: readonly Operation[] = [
  SPLIT_USERS,
  {
    operation: 'splitList',
    table: 'users',
    column: 'tags',
    into: 'tags',
    key: { id: 'user_id' },
    position: 'place',
    to: 'tag',
    type: null,
    up: null,
    down: null,
    missing: null,
    foreignKey: true,
  },
  {
    operation: 'mergeTables',
    table: 'users',
    from: 'bios',
    key: { id: 'user_id' },
    columns: [
      { column: 'bio', to: 'bio' },
      { column: 'lang', to: 'lang' },
    ],
  },
  {
    operation: 'sql',
    table: 'users',
    also: ['bios'],
    expand: `CREATE TABLE visits (user_id bigint); ALTER TABLE users ADD COLUMN last_visit date;`,
    contract: `ALTER TABLE visits ADD COLUMN at date;`,
    down: `ALTER TABLE users DROP COLUMN last_visit; DROP TABLE visits;`,
  },
];

async function look({ target: { admin } }: ShopTarget) {
  const schema = await schemaOf(admin);
  const rows = new Map<string, unknown>();
  for (const table of TABLES.filter((one) => one in schema)) {
    rows.set(table, await rowsOf(admin, table));
  }
  return { schema, rows };
}

describe('kill -9 of whoever works on several tables', () => {
  const open: ShopTarget[] = [];
  afterEach(async () => {
    for (const shop of open.splice(0)) await shop.close();
  });

  const shopFor = async (operation: Operation): Promise<ShopTarget> => {
    const shop = await ShopTarget.on(SETUP, [operation]);
    open.push(shop);
    return shop;
  };

  it.each(OPERATIONS)(
    `leaves of $operation what was to be left, there and back (seed ${testSeed})`,
    async (operation) => {
      const calm = await shopFor(operation);
      await calm.run('expand', 'backfill', 'contract');
      const shop = await shopFor(operation);
      const [start, random] = [await look(shop), seededRandom(testSeed)];
      let deaths = 0;
      const carryOut = async (kind: 'expand' | 'backfill' | 'contract' | 'restore' | 'retire') => {
        const survived = await throughDeaths(shop, kind, random, 1);
        expect(survived.state).toMatchObject({ status: 'done', quarantined: 0 });
        deaths += survived.deaths;
      };
      for (const kind of ['expand', 'backfill', 'contract'] as const) await carryOut(kind);
      expect(await look(shop)).toEqual(await look(calm));
      for (const kind of ['restore', 'retire'] as const) await carryOut(kind);
      expect(await look(shop)).toEqual(start);
      expect(deaths).toBeGreaterThan(0);
      const [left] = await shop.admin(
        `SELECT (SELECT count(*)::int FROM pg_trigger WHERE tgname LIKE 'zzz_crossfade%') AS triggers,
           (SELECT count(*)::int FROM pg_proc WHERE proname ~ '^(sync|gone|pair|fill)_[0-9a-f]{8}') AS functions,
           (SELECT count(*)::int FROM pg_class WHERE relname LIKE '_crossfade_back_%') AS interim`,
      );
      expect(left).toEqual({ triggers: 0, functions: 0, interim: 0 });
    },
  );
});
