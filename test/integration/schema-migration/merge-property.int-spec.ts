import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { MergeTables } from '../../../src/core/schema-migration/moving-operations.ts';
import { partedByKey, partOf } from '../../support/parted-by-key.ts';
import { propertyRuns } from '../../support/property-runs.ts';
import { ShopTarget } from '../../support/shop-target.ts';
import { MergeModel } from '../../support/merge-model.ts';
import { byKey, histories, play } from '../../support/two-sided-histories.ts';
import type { Act, Side } from '../../support/two-sided-histories.ts';
import { unexplainedRows } from '../../support/unexplained-rows.ts';

/** Of -1, `down` makes NULL, from which nothing leads back; `soon` means nothing to `up`. */
const MERGE: MergeTables = {
  operation: 'mergeTables',
  table: 'users',
  from: 'addresses',
  key: { id: 'user_id' },
  columns: [
    { column: 'street', to: 'street' },
    {
      column: 'zip',
      to: 'postcode',
      type: 'integer',
      up: 'zip::integer',
      down: 'nullif(postcode, -1)::text',
    },
  ],
};

const text = (value: string | number | null): string => (value === null ? 'NULL' : `'${value}'`);
const id = fc.integer({ min: 1, max: 3 });
const ids = fc.uniqueArray(id, { minLength: 1, maxLength: 2 });
const street = fc.constantFrom(null, 'a', 'b');
const zip = fc.constantFrom(null, '1', '01', '2', ' 3 ', 'soon', '');
const postcode = fc.constantFrom(null, 1, 2, -1);

const old = 'shop_v1.addresses';
const next = 'shop_v2.users';

const moves = fc.tuple(id, id).map(([from, to]): Act<MergeModel> => ({
  sql: `UPDATE ${next} SET id = ${to} WHERE id = ${from} AND NOT EXISTS (SELECT FROM ${next} WHERE id = ${to})`,
  does: (model, side) => {
    if (!model.wide.has(to)) model.moveNew(from, to, side);
  },
}));

const acts: fc.Arbitrary<Act<MergeModel>> = fc.oneof(
  fc.record({ id, street, zip }).map(({ id: key, ...row }) => ({
    sql: `INSERT INTO ${old} (user_id, street, zip) VALUES (${key}, ${text(row.street)}, ${text(row.zip)})
      ON CONFLICT (user_id) DO UPDATE SET street = excluded.street, zip = excluded.zip`,
    does: (model: MergeModel) => model.writeOld(key, row),
  })),
  fc.record({ ids, zip }).map((one) => ({
    sql: `UPDATE ${old} SET zip = ${text(one.zip)} WHERE user_id IN (${one.ids.join(', ')})`,
    does: (model: MergeModel) =>
      each(one.ids, model.narrow, (key) => model.writeOld(key, { zip: one.zip })),
  })),
  id.map((key) => ({
    sql: `INSERT INTO shop_v1.users (id) VALUES (${key}) ON CONFLICT DO NOTHING`,
    does: (model: MergeModel, side: Side) => {
      if (!model.wide.has(key)) model.writeNew(key, {}, side);
    },
  })),
  fc.record({ id, street, postcode }).map(({ id: key, ...row }) => ({
    sql: `INSERT INTO ${next} (id, street, postcode) VALUES (${key}, ${text(row.street)}, ${text(row.postcode)})
      ON CONFLICT (id) DO UPDATE SET street = excluded.street, postcode = excluded.postcode`,
    does: (model: MergeModel, side: Side) => model.writeNew(key, row, side),
  })),
  fc.record({ ids, postcode }).map((one) => ({
    sql: `UPDATE ${next} SET postcode = ${text(one.postcode)} WHERE id IN (${one.ids.join(', ')})`,
    does: (model: MergeModel, side: Side) =>
      each(one.ids, model.wide, (key) => model.writeNew(key, { postcode: one.postcode }, side)),
  })),
  fc.record({ ids, street }).map((one) => ({
    sql: `UPDATE ${next} SET name = 'x', street = ${text(one.street)} WHERE id IN (${one.ids.join(', ')})`,
    does: (model: MergeModel, side: Side) =>
      each(one.ids, model.wide, (key) => model.writeNew(key, { street: one.street }, side)),
  })),
  ids.map((keys) => ({
    sql: `DELETE FROM ${old} WHERE user_id IN (${keys.join(', ')})`,
    does: (model: MergeModel) => keys.forEach((key) => model.deleteOld(key)),
  })),
  ids.map((keys) => ({
    sql: `DELETE FROM ${next} WHERE id IN (${keys.join(', ')})`,
    does: (model: MergeModel) => keys.forEach((key) => model.deleteNew(key)),
  })),
  fc.tuple(id, id).map(([from, to]) => ({
    sql: `UPDATE ${old} SET user_id = ${to} WHERE user_id = ${from} AND NOT EXISTS (SELECT FROM ${old} WHERE user_id = ${to})`,
    does: (model: MergeModel) => {
      if (!model.narrow.has(to)) model.moveOld(from, to);
    },
  })),
  moves,
  {
    weight: 1,
    arbitrary: fc.constant<Act<MergeModel>>({
      sql: 'TRUNCATE users',
      does: (model) => model.truncateNew(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constant<Act<MergeModel>>({
      sql: 'TRUNCATE addresses',
      does: (model) => model.truncateOld(),
    }),
  },
);

function each(
  keys: readonly number[],
  present: ReadonlyMap<number, unknown>,
  write: (key: number) => void,
): void {
  keys.filter((key) => present.has(key)).forEach(write);
}

const USERS = 'id integer PRIMARY KEY, name text';
const ADDRESSES = 'user_id integer PRIMARY KEY, street text, zip text';

const ofPart = fc.tuple(id, fc.boolean()).map(([key, isOld]): Act<MergeModel> => ({
  sql: `TRUNCATE ${partOf(isOld ? 'addresses' : 'users', key)}`,
  does: (model) => (isOld ? model.truncateOldPart(key) : model.truncateNewPart(key)),
}));

/** What cannot be carried, and moves, are more frequent: there they are a DELETE and an INSERT. */
const apart = id.map((key): Act<MergeModel> => ({
  sql: `INSERT INTO ${next} (id, street, postcode) VALUES (${key}, 'a', 1) ON CONFLICT (id) DO UPDATE SET postcode = -1`,
  does: (model, side) =>
    model.writeNew(
      key,
      model.wide.has(key) ? { postcode: -1 } : { street: 'a', postcode: 1 },
      side,
    ),
}));
const onParts = fc.oneof(
  { weight: 8, arbitrary: acts },
  { weight: 4, arbitrary: moves },
  { weight: 3, arbitrary: apart },
  { weight: 2, arbitrary: ofPart },
);

describe.each([
  ['a table', `CREATE TABLE users (${USERS}); CREATE TABLE addresses (${ADDRESSES})`, acts, 60],
  [
    'a partitioned table',
    `${partedByKey('users', USERS)}; ${partedByKey('addresses', ADDRESSES, 'user_id')}`,
    onParts,
    30,
  ],
])(
  'any interleaving of writes to %s and to the one that it is merged into',
  (_, setup, drawn, runs) => {
    let shop: ShopTarget;

    beforeAll(async () => {
      shop = await ShopTarget.on(setup, [MERGE]);
      await shop.run('expand', 'backfill');
    });
    afterAll(() => shop.close());

    const client = () => shop.target.admin;

    async function state() {
      const { rows: wide } = await client().query(
        'SELECT id, street, postcode FROM users ORDER BY id',
      );
      const { rows: narrow } = await client().query('SELECT * FROM addresses ORDER BY user_id');
      return { wide, narrow };
    }

    function stateOf({ wide, narrow }: MergeModel) {
      return {
        wide: byKey(wide).map(([key, row]) => ({ id: key, ...row })),
        narrow: byKey(narrow).map(([key, row]) => ({ user_id: key, ...row })),
      };
    }

    it('leaves both tables as a plain model has them, and explains what is out of step', async () => {
      await fc.assert(
        fc.asyncProperty(histories(drawn), async (history) => {
          await client().query('TRUNCATE users, addresses, crossfade.quarantine');
          const model = new MergeModel();
          await play(client(), model, history);
          expect(await state()).toEqual(stateOf(model));
          expect(await unexplainedRows(shop, 'n.street, n.zip, w.street, w.postcode')).toEqual([]);
        }),
        { numRuns: propertyRuns(runs) },
      );
    });
  },
);
