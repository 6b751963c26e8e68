import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Operation } from '../../../src/core/schema-migration/operation.ts';
import { serverUrl } from '../../support/database.ts';
import { startDebianPostgres } from '../../support/debian-postgres.ts';
import type { DebianPostgres } from '../../support/debian-postgres.ts';
import { ShopTarget } from '../../support/shop-target.ts';

const COLUMNS = `id int, region text, n int, dob text, weight text, label text CHECK (label <> '')`;
const ROWS = `INSERT INTO people SELECT i, 'r' || i % 3, i, '1990-01-01', i::text, 'l' || i FROM generate_series(1, 300) i`;

/** Each has partitions for `r0`, `r1`, `r2` or for their rows. */
const TABLES: Readonly<Record<string, string>> = {
  'by list': `CREATE TABLE people (${COLUMNS}, PRIMARY KEY (id, region)) PARTITION BY LIST (region);
    CREATE TABLE people_0 PARTITION OF people FOR VALUES IN ('r0');
    CREATE TABLE people_1 PARTITION OF people FOR VALUES IN ('r1');
    CREATE TABLE people_rest PARTITION OF people DEFAULT; ${ROWS}`,
  'by range': `CREATE TABLE people (${COLUMNS}, PRIMARY KEY (region, id)) PARTITION BY RANGE (region);
    CREATE TABLE people_0 PARTITION OF people FOR VALUES FROM (MINVALUE) TO ('r1');
    CREATE TABLE people_1 PARTITION OF people FOR VALUES FROM ('r1') TO (MAXVALUE); ${ROWS}`,
  'by hash': `CREATE TABLE people (${COLUMNS}, PRIMARY KEY (id, region)) PARTITION BY HASH (region);
    CREATE TABLE people_0 PARTITION OF people FOR VALUES WITH (MODULUS 2, REMAINDER 0);
    CREATE TABLE people_1 PARTITION OF people FOR VALUES WITH (MODULUS 2, REMAINDER 1); ${ROWS}`,
  'on two levels': `CREATE TABLE people (${COLUMNS}, PRIMARY KEY (id, region)) PARTITION BY LIST (region);
    CREATE TABLE people_0 PARTITION OF people FOR VALUES IN ('r0') PARTITION BY HASH (id);
    CREATE TABLE people_00 PARTITION OF people_0 FOR VALUES WITH (MODULUS 1, REMAINDER 0);
    CREATE TABLE people_rest PARTITION OF people DEFAULT; ${ROWS}`,
};

const BIRTHDATE: Operation = {
  operation: 'addColumn',
  table: 'people',
  column: 'birthdate',
  type: 'date',
  up: 'dob::date',
  down: { dob: `to_char(birthdate, 'YYYY-MM-DD')` },
};

const ALL: readonly Operation[] = [
  BIRTHDATE,
  {
    operation: 'changeType',
    table: 'people',
    column: 'weight',
    type: 'bigint',
    up: 'weight::bigint',
    down: 'weight::text',
  },
  { operation: 'setNotNull', table: 'people', column: 'label', up: `coalesce(label, 'none')` },
  {
    operation: 'addCheck',
    table: 'people',
    name: 'people_n',
    check: 'n > 0',
    enforce: 'contract',
    replaces: null,
  },
];

const SPLIT: Operation = {
  operation: 'splitTable',
  table: 'people',
  into: 'weights',
  key: {},
  columns: [
    {
      column: 'weight',
      to: 'kg',
      type: 'integer',
      up: 'weight::integer',
      down: 'nullif(kg, -1)::text',
    },
  ],
  foreignKey: true,
};

let debian: DebianPostgres;
beforeAll(async () => {
  debian = await startDebianPostgres();
});
afterAll(() => debian.close());

const servers = [
  ['the newest PostgreSQL', () => serverUrl(), Object.entries(TABLES)],
  ["Debian's PostgreSQL", () => debian.url, Object.entries(TABLES).slice(-1)],
] as const;

describe.each(servers)('on %s a table that is partitioned', (_, server, tables) => {
  let shop: ShopTarget;
  afterEach(() => shop.close());

  it.each(tables)('%s goes the whole way', async (__, setup) => {
    shop = await ShopTarget.on(setup, ALL, server());
    await shop.run('expand', 'backfill');
    await shop.app(`UPDATE shop_v1.people SET dob = '1991-01-01', weight = '7' WHERE n = 1`);
    await shop.app(`UPDATE shop_v2.people SET birthdate = '1992-01-01', region = 'r0' WHERE n = 2`);
    await shop.app(`UPDATE shop_v1.people SET region = 'r1', label = NULL WHERE n = 3`);
    await shop.app(`INSERT INTO shop_v2.people VALUES (400, 'r2', 400, '1993-01-01', 5, 'new')`);
    const rows =
      'SELECT n, dob, weight, region FROM shop_v1.people WHERE n IN (1, 2, 400) ORDER BY n';
    expect(await shop.app(rows)).toEqual([
      { n: 1, dob: '1991-01-01', weight: '7', region: 'r1' },
      { n: 2, dob: '1992-01-01', weight: '2', region: 'r0' },
      { n: 400, dob: '1993-01-01', weight: '5', region: 'r2' },
    ]);
    expect(await shop.app('SELECT label FROM shop_v2.people WHERE n = 3')).toEqual([
      { label: 'none' },
    ]);
    expect(await shop.run('verify')).toMatchObject({ differences: 0, quarantined: 0, done: 903 });
    expect(await shop.run('contract')).toMatchObject({ status: 'done' });
    expect(await shop.columns('shop_v2.people')).toEqual([
      'id',
      'region',
      'n',
      'birthdate',
      'weight',
      'label',
    ]);
    await expect(shop.app('UPDATE shop_v2.people SET n = 0 WHERE n = 1')).rejects.toThrow(
      'people_n',
    );
  });

  it('goes back with all that the new version wrote', async () => {
    shop = await ShopTarget.on(TABLES['on two levels'] ?? '', ALL, server());
    await shop.run('expand', 'backfill');
    await shop.app(`UPDATE shop_v2.people SET birthdate = '1992-01-01', weight = 9 WHERE n = 3`);
    await shop.app(`UPDATE shop_v1.people SET dob = 'soon' WHERE n = 4`);
    expect(await shop.admin('SELECT table_name, key FROM crossfade.quarantine')).toEqual([
      { table_name: 'people', key: ['4', 'r1'] },
    ]);
    await shop.run('retire');
    expect(await shop.admin('SELECT dob, weight FROM people WHERE n = 3')).toEqual([
      { dob: '1992-01-01', weight: '9' },
    ]);
    expect(await shop.admin(`SELECT tgname FROM pg_trigger WHERE tgname LIKE 'zzz%'`)).toEqual([]);
  });

  it('is split, and what could not be carried goes along with its row', async () => {
    shop = await ShopTarget.on(TABLES['on two levels'] ?? '', [SPLIT], server());
    await shop.run('expand', 'backfill');
    await shop.app('UPDATE shop_v2.weights SET kg = -1 WHERE id < 5');
    await shop.app(`UPDATE shop_v1.people SET region = 'r1' WHERE id = 3`);
    await shop.app(`UPDATE shop_v1.people SET region = 'r0' WHERE id = 4`);
    await shop.admin('TRUNCATE people_rest');
    expect(await shop.admin('SELECT * FROM weights WHERE id < 7 ORDER BY id')).toEqual([
      { id: 4, region: 'r0', kg: -1 },
      { id: 6, region: 'r0', kg: 6 },
    ]);
    await shop.app('UPDATE shop_v2.weights SET kg = 4 WHERE id = 4');
    expect(await shop.run('verify', 'contract')).toMatchObject({ status: 'done' });
  });

  it('keeps an old value that the way back would not give, when its row moves elsewhere', async () => {
    const year: Operation = {
      ...BIRTHDATE,
      type: 'date',
      up: `date_trunc('year', dob::date)::date`,
      lossy: 'up',
    };
    shop = await ShopTarget.on(TABLES['by list'] ?? '', [year], server());
    await shop.admin(`UPDATE people SET dob = '1990-05-05' WHERE n = 3`);
    await shop.run('expand', 'backfill');
    await shop.app(`UPDATE shop_v1.people SET region = 'r1' WHERE n = 3`);
    expect(await shop.app('SELECT dob FROM shop_v1.people WHERE n = 3')).toEqual([
      { dob: '1990-05-05' },
    ]);
  });

  it('follows what a trigger that one partition alone has writes on the way', async () => {
    const setup = `${TABLES['by list'] ?? ''};
      CREATE FUNCTION rewritten() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.dob := '2001-01-01'; RETURN NEW; END$$;
      CREATE TRIGGER late BEFORE UPDATE ON people_0 FOR EACH ROW EXECUTE FUNCTION rewritten()`;
    shop = await ShopTarget.on(setup, [BIRTHDATE], server());
    await shop.run('expand');
    await shop.app('UPDATE shop_v1.people SET n = 3 WHERE n = 3');
    expect(await shop.app('SELECT birthdate::text FROM shop_v2.people WHERE n = 3')).toEqual([
      { birthdate: '2001-01-01' },
    ]);
  });

  it('follows a partition that is made or detached, and refuses one that is attached', async () => {
    shop = await ShopTarget.on(TABLES['by list'] ?? '', [BIRTHDATE], server());
    await shop.run('expand', 'backfill');
    await shop.target.works.records.settleGuard();
    await shop.admin(`CREATE TABLE people_9 PARTITION OF people FOR VALUES IN ('r9')`);
    await shop.app(`INSERT INTO shop_v1.people VALUES (401, 'r9', 401, '1994-01-01')`);
    expect(await shop.app('SELECT birthdate::text FROM shop_v2.people WHERE n = 401')).toEqual([
      { birthdate: '1994-01-01' },
    ]);
    await shop.admin('ALTER TABLE people DETACH PARTITION people_9');
    await expect(
      shop.admin(`ALTER TABLE people ATTACH PARTITION people_9 FOR VALUES IN ('r9')`),
    ).rejects.toThrow('table public.people belongs to schema migration shop');
    expect(await shop.run('verify', 'contract')).toMatchObject({ status: 'done' });
  });
});

describe('of a partitioned table', () => {
  let shop: ShopTarget;
  afterEach(() => shop.close());

  it.each<[string, string, Operation, string]>([
    [
      'what places its rows',
      '',
      { ...BIRTHDATE, up: 'region::date', down: { region: 'birthdate::text' } },
      '"region" decides in which partition a row stands',
    ],
    [
      'an index that one partition alone has',
      'CREATE INDEX people_0_weight ON people_0 (weight)',
      ALL[1] as Operation,
      'people_0_weight cannot be carried over to the column that replaces it: partition people_0 alone has it',
    ],
    [
      'a column that one partition alone keeps from NULL',
      'ALTER TABLE people_0 ALTER dob SET NOT NULL',
      BIRTHDATE,
      'partition people_0 alone has NOT NULL on "dob"',
    ],
    [
      'a column on which one partition alone has a rule',
      `ALTER TABLE people_0 ADD CONSTRAINT early CHECK (dob < '2000')`,
      { operation: 'dropColumn', table: 'people', column: 'dob' },
      'dropColumn of people.dob: partition people_0 alone has early on "dob"',
    ],
    [
      'a key that others lead to',
      `CREATE TABLE cards (id int, region text, FOREIGN KEY (id, region) REFERENCES people (id, region))`,
      {
        operation: 'changeType',
        table: 'people',
        column: 'id',
        type: 'bigint',
        up: 'id',
        down: 'id',
      },
      'a key of a partitioned table cannot change hands while another table leans on it',
    ],
    [
      'one partition alone',
      '',
      { ...BIRTHDATE, table: 'people_0' },
      'people_0 is inherited, a single partition',
    ],
  ])('refuses %s', async (_, more, operation, message) => {
    shop = await ShopTarget.on(`${TABLES['by list'] ?? ''}; ${more}`, [operation]);
    const { status, reason } = await shop.run('expand');
    expect(`${status} ${reason}`).toContain(message);
  });
});
