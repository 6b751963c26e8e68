import { afterEach, describe, expect, it } from '@jest/globals';
import { openTargetPostgres } from '../../../src/adapters/target-postgres/open-target-postgres.ts';
import { percentOf } from '../../../src/core/schema-migration/table-files.ts';
import { LoadProbe } from '../../../src/engine/schema-migration/load-probe.ts';
import { shownMigration } from '../../support/operation-examples.ts';
import { USERS_BIRTHDATE, UsersTarget } from '../../support/users-target.ts';

const ROWS = `SELECT n, 'r' || n % 2, 'word ' || n FROM generate_series(1, 30000) n`;

describe('what is known of a partitioned table', () => {
  let target: UsersTarget;
  afterEach(() => target.close());

  it('is what is known of its partitions: rows, room, dead rows and how many pages make a sample', async () => {
    target = await UsersTarget.create(
      `CREATE TABLE whole (id int PRIMARY KEY, region text, said text);
       CREATE TABLE parted (id int, region text, said text, PRIMARY KEY (id, region)) PARTITION BY LIST (region);
       CREATE TABLE parted_0 PARTITION OF parted FOR VALUES IN ('r0') PARTITION BY HASH (id);
       CREATE TABLE parted_00 PARTITION OF parted_0 FOR VALUES WITH (MODULUS 1, REMAINDER 0);
       CREATE TABLE parted_rest PARTITION OF parted DEFAULT;
       ALTER TABLE parted_rest SET (autovacuum_enabled = off);
       INSERT INTO whole ${ROWS}; INSERT INTO parted ${ROWS};`,
    );
    const drop = (table: string) => `- dropColumn: { table: ${table}, column: said }`;
    const migration = shownMigration(['whole', 'parted'].map(drop).join('\n'));
    const database = openTargetPostgres(target.url);
    const known = async () => {
      const { tables } = await database.facts(migration, null);
      return tables.map(({ table, rows, bytes, indexBytes }) => ({
        table,
        rows,
        bytes: bytes > 1_000_000,
        indexes: indexBytes > 500_000,
      }));
    };
    const of = { bytes: true, indexes: true };
    expect(await known()).toContainEqual({ table: 'parted', rows: null, ...of });
    await target.admin.query('ANALYZE whole; ANALYZE parted_00; ANALYZE parted_rest');
    expect(await known()).toEqual(
      expect.arrayContaining(['whole', 'parted'].map((table) => ({ table, rows: 30_000, ...of }))),
    );
    const { rows } = await target.admin.query(
      `SELECT ${percentOf(`'parted'::regclass`, '300')}::int AS percent`,
    );
    expect(rows).toEqual([{ percent: 1 }]);
    await target.admin.query(
      `UPDATE parted SET said = 'again' WHERE region = 'r1'; SELECT pg_stat_force_next_flush()`,
    );
    const probe = new LoadProbe(database);
    expect((await probe.look('public', ['parted'])).deadRows).toBeGreaterThan(0.4);
    await database.close();
  });
});

describe('what plans are made from', () => {
  let target: UsersTarget;
  afterEach(() => target.close());

  it('is asked for by one plan of the server in a connection, and seen as it is each time', async () => {
    target = await UsersTarget.create();
    const database = openTargetPostgres(target.url);
    const { before, after, plans } = await database.transaction(async (session) => {
      const columns = async () => (await session.catalog(USERS_BIRTHDATE)).tables[0]?.columns;
      const before = await columns();
      await session.query('ALTER TABLE public.users ADD COLUMN phone text');
      const after = await columns();
      const plans = await session.query(
        'SELECT generic_plans::int AS generic, custom_plans::int AS custom FROM pg_prepared_statements',
      );
      return { before, after, plans };
    });
    expect(after?.slice(0, -1)).toEqual(before);
    expect(after?.at(-1)).toMatchObject({ name: 'phone' });
    expect(plans).toEqual([{ generic: 2, custom: 0 }]);
    await database.close();
  });
});
