import { isDeepStrictEqual } from 'node:util';
import type { JobKind } from '../../src/core/schema-migration/job.ts';
import type { FaultPoint } from '../../src/engine/ports/fault-points.ts';
import type { Operation } from '../../src/core/schema-migration/operation.ts';
import { throughDeaths } from './dying-workers.ts';
import { partedByKey } from './parted-by-key.ts';
import { rowsOf, schemaOf } from './schema-of.ts';
import { seededRandom } from './seeded-random.ts';
import { ShopTarget } from './shop-target.ts';
import { SPLIT_USERS } from './split-users.ts';

const SETUP = `
  CREATE TABLE users (id bigint PRIMARY KEY, street text, zip text, tags text[], dob text);
  CREATE TABLE bios (user_id bigint PRIMARY KEY, bio text, lang text NOT NULL DEFAULT 'en');
  CREATE INDEX users_zip ON users (zip);
  ALTER TABLE users ADD CONSTRAINT users_zip_known CHECK (zip <> '');
  INSERT INTO users SELECT n, 's' || n, n::text, CASE WHEN n % 2 = 0 THEN ARRAY['a' || n, 'b'] END,
    '1970-01-' || 10 + n % 20 FROM generate_series(1, 300) n;
  INSERT INTO bios SELECT n, 'bio ' || n FROM generate_series(1, 300, 3) n`;

const TABLES = ['users', 'bios', 'addresses', 'tags', 'visits', 'people'];

/** What is carried out while workers die, and on which tables. */
export interface Mortal {
  readonly what: string;
  readonly setup: string;
  readonly operations: readonly Operation[];
}

/** A column that takes the place of another, with an index, a rule and a default of its own. */
const COLUMN: Operation = {
  operation: 'changeType',
  table: 'users',
  column: 'zip',
  type: 'character varying(9)',
  up: 'zip',
  down: 'zip',
};

const SPLIT_TAGS: Operation = {
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
};

const MERGE_BIOS: Operation = {
  operation: 'mergeTables',
  table: 'users',
  from: 'bios',
  key: { id: 'user_id' },
  columns: [
    { column: 'bio', to: 'bio' },
    { column: 'lang', to: 'lang' },
  ],
};

/** Operations on several tables. */
const TABLES_OF_SEVERAL: readonly Operation[] = [
  MERGE_BIOS,
  {
    operation: 'sql',
    table: 'users',
    also: ['bios'],
    expand: `CREATE TABLE visits (user_id bigint); ALTER TABLE users ADD COLUMN last_visit date;`,
    contract: `ALTER TABLE visits ADD COLUMN at date;`,
    down: `ALTER TABLE users DROP COLUMN last_visit; DROP TABLE visits;`,
  },
];

export const onUsers = (operation: Operation): Mortal => ({
  what: operation.operation,
  setup: SETUP,
  operations: [operation],
});

/** On two levels: what can only be built leaf by leaf, made and carried over, and built again by a restore. */
const PARTED: Mortal = {
  what: 'on a partitioned table',
  setup: `
    CREATE TABLE cities (id int PRIMARY KEY);
    INSERT INTO cities SELECT generate_series(0, 9);
    CREATE TABLE regions (name text PRIMARY KEY) PARTITION BY LIST (name);
    CREATE TABLE regions_0 PARTITION OF regions FOR VALUES IN ('r0');
    CREATE TABLE regions_rest PARTITION OF regions DEFAULT;
    INSERT INTO regions SELECT 'r' || generate_series(0, 9);
    CREATE TABLE people (id int NOT NULL, region text NOT NULL, n int, city int, CONSTRAINT people_id_key UNIQUE (id, region),
      CONSTRAINT people_city_fkey FOREIGN KEY (city) REFERENCES cities) PARTITION BY LIST (region);
    CREATE TABLE people_0 PARTITION OF people FOR VALUES IN ('r0') PARTITION BY HASH (region);
    CREATE TABLE people_00 PARTITION OF people_0 FOR VALUES WITH (MODULUS 1, REMAINDER 0);
    CREATE TABLE people_rest PARTITION OF people FOR VALUES IN ('r1', 'r2');
    CREATE INDEX people_by_city ON people (city DESC);
    COMMENT ON INDEX people_rest_city_idx IS 'of a part';
    INSERT INTO people SELECT i, 'r' || i % 3, i, i % 10 FROM generate_series(1, 300) i`,
  operations: [
    {
      operation: 'changeType',
      table: 'people',
      column: 'city',
      type: 'bigint',
      up: 'city',
      down: 'city',
    },
    {
      operation: 'createIndex',
      table: 'people',
      name: 'people_by_n',
      method: 'btree',
      parts: [{ column: 'n', expression: null, opclass: null, order: 'desc', nulls: null }],
      include: [],
      where: 'n > 2',
    },
    {
      operation: 'addUnique',
      table: 'people',
      name: 'people_n_key',
      columns: ['n', 'region'],
      include: [],
      nulls: 'distinct',
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
      operation: 'addForeignKey',
      table: 'people',
      name: 'people_region_fkey',
      columns: ['region'],
      references: { schema: null, table: 'regions', columns: ['name'] },
      onDelete: 'no action',
      onUpdate: 'no action',
      enforce: 'expand',
    },
  ],
};

/** From and to partitioned tables, which takes more statements than from and to others. */
const APART: Mortal = {
  what: 'of partitioned tables into others',
  setup: `${partedByKey('users', 'id bigint PRIMARY KEY, street text, zip text, tags text[]')};
    ${partedByKey('bios', `user_id bigint PRIMARY KEY, bio text, lang text NOT NULL DEFAULT 'en'`, 'user_id')};
    CREATE INDEX users_zip ON users (zip);
    ALTER TABLE users ADD CONSTRAINT users_zip_known CHECK (zip <> '');
    INSERT INTO users SELECT n, 's' || n, n::text, CASE WHEN n % 2 = 0 THEN ARRAY['a' || n, 'b'] END FROM generate_series(1, 60) n;
    INSERT INTO bios SELECT n, 'bio ' || n FROM generate_series(1, 60, 3) n`,
  operations: [{ ...SPLIT_USERS, foreignKey: true }, SPLIT_TAGS, MERGE_BIOS],
};

/** What `APART` does of partitioned tables, of ordinary ones: where there is time for both. */
export const MORTALS_OF_PLAIN: readonly Mortal[] = [SPLIT_USERS, SPLIT_TAGS].map(onUsers);

export const MORTALS: readonly Mortal[] = [
  ...[COLUMN, ...TABLES_OF_SEVERAL].map(onUsers),
  PARTED,
  APART,
];

async function look({ target: { admin } }: ShopTarget) {
  const schema = await schemaOf(admin);
  const rows = new Map<string, unknown>();
  for (const table of TABLES.filter((one) => one in schema)) {
    rows.set(table, await rowsOf(admin, table));
  }
  return { schema, rows };
}

/** There, and back again: `restore` undoes contract, `retire` what a rollback leaves behind. */
const THERE = ['expand', 'backfill', 'verify', 'contract'] as const;
const BACK = ['restore', 'retire'] as const;

/** What was carried out and taken back although workers died in each of its parts. */
export interface KilledTables {
  /** Where they died, in order. */
  readonly points: readonly string[];
  /** What was not as in a run without deaths; empty when all was. */
  readonly wrong: readonly string[];
}

/** Kills whoever carries it out, there and back, once in each part, at moments drawn from a seed. */
export async function killedTables(
  { setup, operations }: Omit<Mortal, 'what'>,
  seed: number,
): Promise<KilledTables> {
  const calm = await ShopTarget.on(setup, operations);
  const shop = await ShopTarget.on(setup, operations);
  try {
    const moments = new Map<JobKind, readonly FaultPoint[]>();
    for (const kind of THERE) moments.set(kind, await passedBy(calm, kind));
    const start = await look(shop);
    const random = seededRandom(seed);
    const there = await carriedOut(shop, THERE, random, moments);
    const afterwards = differing('contract', await look(shop), await look(calm));
    for (const kind of BACK) moments.set(kind, await passedBy(calm, kind));
    const back = await carriedOut(shop, BACK, random, moments);
    return {
      points: [...there.points, ...back.points],
      wrong: [
        ...there.wrong,
        ...afterwards,
        ...back.wrong,
        ...differing('all of it was taken back', await look(shop), start),
        ...(await leftOver(shop)),
      ],
    };
  } finally {
    await calm.close();
    await shop.close();
  }
}

async function carriedOut(
  shop: ShopTarget,
  kinds: readonly JobKind[],
  random: () => number,
  moments: ReadonlyMap<JobKind, readonly FaultPoint[]>,
): Promise<KilledTables> {
  const points: string[] = [];
  const wrong: string[] = [];
  for (const kind of kinds) {
    const { state, points: more } = await throughDeaths(shop, kind, random, 1, moments.get(kind));
    points.push(...more);
    if (state.status !== 'done') wrong.push(`${kind} ${state.status}: ${state.reason ?? ''}`);
    if (state.quarantined > 0) wrong.push(`${state.quarantined} rows in quarantine after ${kind}`);
  }
  return { points, wrong };
}

/** The fault points that whoever carries a part out passes, in their order. */
async function passedBy(calm: ShopTarget, kind: JobKind): Promise<readonly FaultPoint[]> {
  const passed: FaultPoint[] = [];
  calm.target.faults.at = (point) => void passed.push(point);
  const { status, reason } = await calm.run(kind);
  if (status !== 'done') throw new Error(`${kind} ${status} without deaths: ${reason ?? ''}`);
  return passed;
}

function differing(after: string, seen: unknown, wanted: unknown): readonly string[] {
  return isDeepStrictEqual(seen, wanted) ? [] : [`other schema or rows after ${after}`];
}

async function leftOver(shop: ShopTarget): Promise<readonly string[]> {
  const left = await shop.admin(
    `SELECT tgname::text AS name FROM pg_trigger WHERE tgname LIKE 'zzz_crossfade%'
     UNION ALL SELECT proname::text FROM pg_proc WHERE proname ~ '^(sync|gone|pair|fill|move|list)_[0-9a-f]{8}'
     UNION ALL SELECT relname::text FROM pg_class WHERE relname LIKE '_crossfade_back_%'`,
  );
  return left.map(({ name }) => `${String(name)} was left over`);
}
