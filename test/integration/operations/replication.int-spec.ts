import { afterEach, describe, expect, it } from '@jest/globals';
import type { Operation } from '../../../src/core/schema-migration/operation.ts';
import { ShopTarget } from '../../support/shop-target.ts';

const DEVICES = `
  CREATE TABLE devices (id bigint PRIMARY KEY, serial text NOT NULL UNIQUE, note text);
  INSERT INTO devices SELECT n, n::text, 'n' FROM generate_series(1, 300) n`;
const BY_SERIAL = `${DEVICES}; ALTER TABLE devices REPLICA IDENTITY USING INDEX devices_serial_key;
  CREATE PUBLICATION devices_out FOR TABLE devices`;
const LISTED = `${DEVICES}; CREATE PUBLICATION devices_out FOR TABLE devices (id, serial)`;

const ADD: Operation = {
  operation: 'addColumn',
  table: 'devices',
  column: 'number',
  type: 'bigint',
  up: 'serial::bigint',
  down: { serial: 'number::text' },
};
const CHANGE: Operation = {
  operation: 'changeType',
  table: 'devices',
  column: 'serial',
  type: 'bigint',
  up: 'serial::bigint',
  down: 'serial::text',
};
const DROP: Operation = {
  operation: 'dropColumn',
  table: 'devices',
  column: 'serial',
  down: 'id::text',
};

describe('a table whose changes are published', () => {
  let shop: ShopTarget;
  afterEach(async () => {
    await shop.admin('DROP PUBLICATION IF EXISTS devices_out');
    await shop.close();
  });

  it.each<[string, string, Operation, string]>([
    ['a new column', BY_SERIAL, ADD, 'logical replication knows rows by devices_serial_key'],
    ['no column', BY_SERIAL, DROP, 'logical replication knows rows by devices_serial_key'],
    [
      'another type',
      LISTED,
      CHANGE,
      'publication of table public.devices in publication devices_out',
    ],
  ])(
    'keeps a column that its subscribers need from giving way to %s',
    async (_, setup, operation, why) => {
      shop = await ShopTarget.on(setup, [operation]);
      expect(await shop.run('expand')).toMatchObject({
        status: 'failed',
        reason: expect.stringContaining(why),
      });
    },
  );

  it('is known to its subscribers by the column that takes the place of another', async () => {
    shop = await ShopTarget.on(BY_SERIAL, [CHANGE]);
    expect(await shop.run('expand', 'backfill', 'verify', 'contract')).toMatchObject({
      status: 'done',
    });
    await shop.app('UPDATE shop_v2.devices SET serial = 1000 WHERE id = 1');
    expect(
      await shop.admin(`SELECT i.indexrelid::regclass::text AS known_by, c.relreplident AS how FROM pg_index i
        JOIN pg_class c ON c.oid = i.indrelid WHERE i.indisreplident`),
    ).toEqual([{ known_by: 'devices_serial_key', how: 'i' }]);
  });

  it('goes on sending what it sent under a list of columns, and says so before', async () => {
    shop = await ShopTarget.on(LISTED, [ADD]);
    const { reason } = await shop.run('expand');
    expect(reason).toContain('preflight warned of publication');
    expect(await shop.run('backfill', 'verify', 'contract')).toMatchObject({ status: 'done' });
    await shop.app('UPDATE shop_v2.devices SET number = 1000 WHERE id = 1');
    expect(await shop.admin(`SELECT attnames FROM pg_publication_tables`)).toEqual([
      { attnames: expect.stringMatching(/^\{id,_crossfade_\w+_serial\}$/) },
    ]);
  });
});
