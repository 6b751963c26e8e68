import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ShopTarget } from '../../support/shop-target.ts';
import { SPLIT_USERS } from '../../support/split-users.ts';

describe('the sync rule of two tables, for a role without rights on schema crossfade', () => {
  let shop: ShopTarget;

  beforeAll(async () => {
    shop = await ShopTarget.on(
      'CREATE TABLE users (id integer PRIMARY KEY, name text, street text, zip text CHECK (length(zip) < 5))',
      [SPLIT_USERS],
    );
    await shop.run('expand', 'backfill');
  });
  beforeEach(async () => {
    await shop.admin('TRUNCATE users, addresses, crossfade.quarantine');
  });
  afterAll(() => shop.close());

  const old = async (id = 1) =>
    (await shop.admin(`SELECT street, zip FROM users WHERE id = ${id}`))[0];
  const next = async (id = 1) =>
    (await shop.admin(`SELECT street, postcode FROM addresses WHERE user_id = ${id}`))[0];
  const aside = async () =>
    (await shop.target.quarantine()).map(
      ({ key, kind, direction }) => `${key.join()} ${kind} ${direction}`,
    );

  const insertOld = (street: string, zip: string) =>
    shop.app('INSERT INTO shop_v1.users (id, street, zip) VALUES (1, $1, $2)', [street, zip]);
  const insertNew = (street: string, postcode: number) =>
    shop.app(`INSERT INTO shop_v2.addresses VALUES (1, $1, $2)`, [street, postcode]);

  it('keeps what up refuses in its own column, carries the rest, and settles when it is mended', async () => {
    await insertOld('a', 'soon');
    expect([await old(), await next()]).toEqual([
      { street: 'a', zip: 'soon' },
      { street: 'a', postcode: null },
    ]);
    expect(await aside()).toEqual(['1 error up']);
    await shop.app(`UPDATE shop_v1.users SET zip = '7'`);
    await shop.target.works.jobs('r1');
    expect([await next(), await aside()]).toEqual([{ street: 'a', postcode: 7 }, []]);
  });

  it('keeps what down would lose in its own column, whatever the old side does to another', async () => {
    await insertOld('a', '7');
    await shop.app('UPDATE shop_v2.addresses SET postcode = -1');
    await shop.app(`UPDATE shop_v1.users SET street = 'b', zip = '07'`);
    expect([await old(), await next()]).toEqual([
      { street: 'b', zip: '07' },
      { street: 'b', postcode: -1 },
    ]);
    expect(await aside()).toEqual(['1 loss up']);
  });

  it('carries a NULL of the new side that derives to what was there before', async () => {
    await insertOld('a', '7');
    await shop.app('UPDATE shop_v2.addresses SET postcode = -1');
    await shop.app('UPDATE shop_v2.addresses SET postcode = NULL');
    expect(await old()).toEqual({ street: 'a', zip: null });
  });

  it('never fails the new side’s write when a constraint of the old table refuses its value', async () => {
    await insertOld('a', '7');
    await shop.app('UPDATE shop_v2.addresses SET postcode = 123456');
    expect([await old(), await next()]).toEqual([
      { street: 'a', zip: '7' },
      { street: 'a', postcode: 123456 },
    ]);
    expect(await aside()).toEqual(['1 error down']);
  });

  it('keeps a row that came before its other half, and gives it to a late one', async () => {
    await insertNew('a', 7);
    expect(await aside()).toEqual(['1 loss down']);
    await shop.app('INSERT INTO shop_v2.users (id) VALUES (1)');
    await shop.target.works.jobs('r1');
    expect([await old(), await aside()]).toEqual([{ street: 'a', zip: '7' }, []]);
  });

  it('takes the values of a row that a statement puts in the place of another one', async () => {
    await insertOld('a', '7');
    await shop.app(`WITH gone AS (DELETE FROM shop_v1.users RETURNING id)
      INSERT INTO shop_v1.users (id, street, zip) SELECT id, 'b', '8' FROM gone`);
    expect([await old(), await next(), await aside()]).toEqual([
      { street: 'b', zip: '8' },
      { street: 'b', postcode: 8 },
      [],
    ]);
  });

  it('keeps aside under the new key what was kept aside under the old one', async () => {
    await insertOld('a', '7');
    await shop.app('UPDATE shop_v2.addresses SET postcode = -1');
    await shop.app('UPDATE shop_v1.users SET id = 2');
    await shop.target.works.jobs('r1');
    expect([await old(2), await next(2)]).toEqual([
      { street: 'a', zip: '7' },
      { street: 'a', postcode: -1 },
    ]);
    expect(await aside()).toEqual(['2 loss down']);
  });

  it('keeps a row that came before its other half where that one gets its key later', async () => {
    await insertOld('a', '7');
    await shop.app(`INSERT INTO shop_v2.addresses VALUES (2, 'early', 9)`);
    await shop.app('UPDATE shop_v1.users SET id = 2');
    await shop.target.works.jobs('r1');
    expect([await old(2), await next(2), await next(1)]).toEqual([
      { street: 'early', zip: '9' },
      { street: 'early', postcode: 9 },
      undefined,
    ]);
    expect(await aside()).toEqual([]);
  });

  it.each([
    ['', 'new', ['1 conflict down']],
    ['new', 'new', []],
    ['old', 'old', []],
  ])('when one statement writes both, side %j declared, %s wins', async (side, winner, records) => {
    await insertOld('a', '7');
    await shop.admin(`SELECT set_config('crossfade.side', '${side}', false)`);
    await shop.admin(
      `WITH one AS (UPDATE users SET street = 'old'), other AS (UPDATE addresses SET street = 'new') SELECT`,
    );
    await shop.admin(`RESET crossfade.side`);
    expect([(await old())?.['street'], (await next())?.['street']]).toEqual([winner, winner]);
    expect(await aside()).toEqual(records);
  });

  it('lets the last of two statements win in one transaction', async () => {
    await insertOld('a', '7');
    await shop.app('BEGIN');
    await shop.app(`UPDATE shop_v2.addresses SET street = 'new'`);
    await shop.app(`UPDATE shop_v1.users SET street = 'old'`);
    await shop.app('COMMIT');
    expect([(await old())?.['street'], (await next())?.['street']]).toEqual(['old', 'old']);
    expect(await aside()).toEqual([]);
  });

  it('leaves the settings of the writer as they were', async () => {
    await shop.app(`BEGIN; SET LOCAL TimeZone = 'Asia/Tokyo'`);
    await insertOld('a', 'soon');
    expect(await shop.app('SHOW TimeZone')).toEqual([{ TimeZone: 'Asia/Tokyo' }]);
    expect(await shop.app('SHOW search_path')).toEqual([{ search_path: '""' }]);
    await shop.app('COMMIT');
  });
});
