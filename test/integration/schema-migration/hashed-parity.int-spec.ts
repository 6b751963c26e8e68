import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
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
