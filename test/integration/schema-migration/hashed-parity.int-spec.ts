import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openTargetPostgres } from '../../../src/adapters/target-postgres/open-target-postgres.ts';
import { plan } from '../../../src/core/schema-migration/plan.ts';
import { ShopTarget } from '../../support/shop-target.ts';

/** A value of each type, and another one. */
const VALUES: readonly (readonly [string, string, string])[] = [
  ['smallint', '1', '2'],
  ['integer', '1', 'NULL'],
  ['bigint', '1', '4294967297'],
  ['numeric(10,2)', '1.5', '1.51'],
  ['real', '1.5', '-1.5'],
  ['double precision', `'NaN'`, '0'],
  ['boolean', 'true', 'false'],
  ['text', `'a'`, `'a '`],
  ['varchar(5)', `''`, 'NULL'],
  ['character(3)', `'a'`, `'b'`],
  ['uuid', `'${'0'.repeat(8)}-0000-0000-0000-${'0'.repeat(12)}'`, 'gen_random_uuid()'],
  ['date', `'infinity'`, `'-infinity'`],
  ['time', `'12:00'`, `'12:01'`],
  ['timestamp', `'infinity'`, `'2020-01-01'`],
  ['timestamptz', `'2020-01-01 UTC'`, `'2020-01-01 00:00:00.000001 UTC'`],
  ['interval', `'1 day'`, `'25 hours'`],
  ['jsonb', `'{"a": 1}'`, `'{"a": null}'`],
  ['bytea', `'\\x00'`, `'\\x0000'`],
  ['inet', `'10.0.0.1'`, `'10.0.0.1/24'`],
  ['text[]', `'{a,b}'`, `'{"a,b"}'`],
];

const ROWS = VALUES.length;

const SETUP = `
  CREATE TABLE things (id bigint, part text, ${VALUES.map(([type], at) => `v${at} ${type}`).join(', ')},
    PRIMARY KEY (id, part));
  INSERT INTO things SELECT n, 'p', ${VALUES.map(([, value]) => value).join(', ')} FROM generate_series(0, ${ROWS}) n;
  INSERT INTO things SELECT n, 'q' FROM generate_series(0, ${ROWS}) n;
  INSERT INTO things (id, part, v1, v7) VALUES (1, 'swapped', 1, 'one'), (2, 'swapped', 2, 'two')`;

describe('parity of two tables by hashes', () => {
  let shop: ShopTarget;
  beforeEach(async () => {
    const columns = VALUES.map((_, at) => ({ column: `v${at}`, to: `v${at}` }));
    const operation = 'splitTable';
    shop = await ShopTarget.on(SETUP, [
      { operation, table: 'things', into: 'parts', key: {}, columns, foreignKey: false },
    ]);
    await shop.run('expand', 'backfill');
  });
  afterEach(() => shop.close());

  const secretly = (sql: string) =>
    shop.admin(`BEGIN; SET LOCAL crossfade.sync = 'off'; ${sql}; COMMIT`);

  it('takes equal values of every type for equal', async () => {
    await secretly(`UPDATE parts SET v16 = '{"a": 1.00}' WHERE part = 'p'`);
    expect(await shop.run('verify')).toMatchObject({ differences: 0, quarantined: 0 });
  });

  it('sees another value of each type, and two values that have changed places', async () => {
    for (const [at, [, , other]] of VALUES.entries()) {
      await secretly(`UPDATE parts SET v${at} = ${other} WHERE id = ${at} AND part = 'p'`);
    }
    await secretly(
      `UPDATE parts SET v1 = 3 - v1, v7 = CASE id WHEN 1 THEN 'two' ELSE 'one' END WHERE part = 'swapped'`,
    );
    expect(await shop.run('verify')).toMatchObject({ differences: ROWS + 2, quarantined: 0 });
  });
});

describe('parity of lists by hashes of their elements', () => {
  let shop: ShopTarget;
  beforeEach(async () => {
    const setup = `CREATE TABLE users (id bigint, part text, tags text[], PRIMARY KEY (id, part));
      INSERT INTO users SELECT n, 'p', CASE n % 3 WHEN 0 THEN '{}' WHEN 1 THEN ARRAY['a', NULL, 'b'] END
      FROM generate_series(1, 300) n`;
    const given = { type: null, up: null, down: null, missing: null, foreignKey: false };
    const [operation, table, column, into] = ['splitList', 'users', 'tags', 'tags'] as const;
    const names = { key: {}, position: 'nr', to: 'tag' };
    shop = await ShopTarget.on(setup, [{ operation, table, column, into, ...names, ...given }]);
    await shop.run('expand', 'backfill');
  });
  afterEach(() => shop.close());

  const secretly = (sql: string) =>
    shop.admin(`BEGIN; SET LOCAL crossfade.sync = 'off'; ${sql}; COMMIT`);

  /** What the comparison of all rows comes to, before any list is looked at. */
  const compared = async () => {
    const database = openTargetPostgres(shop.target.url);
    const planned = plan(shop.migration, await database.catalog(shop.migration));
    await database.close();
    const [compare] = planned.filter(({ phase }) => phase === 'verify');
    const { rows } = await shop.target.admin.query(compare?.sql ?? '', [null, ['301', '']]);
    return rows;
  };

  it('does not mind by which numbers elements are in their order', async () => {
    await secretly('UPDATE tags SET nr = nr * 7 WHERE id = 4');
    expect(await compared()).toEqual([{ suspects: 0 }]);
    expect(await shop.run('verify')).toMatchObject({ differences: 0, quarantined: 0 });
  });

  it('sees what is another value, is missing, is too many, has moved, or has changed places', async () => {
    await secretly(`UPDATE tags SET tag = 'c' WHERE id = 1 AND nr = 1`);
    await secretly(`UPDATE tags SET tag = NULL WHERE id = 4 AND nr = 3`);
    await secretly('DELETE FROM tags WHERE id = 7 AND nr = 2');
    await secretly(`INSERT INTO tags (id, part, nr, tag) VALUES (3, 'p', 1, NULL)`);
    await secretly('UPDATE tags SET nr = 9 WHERE id = 10 AND nr = 1');
    await secretly(`UPDATE tags SET id = 5 WHERE id = 13`);
    expect(await shop.run('verify')).toMatchObject({ differences: 7, quarantined: 0 });
  });
});
