import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { partedByKey, partOf } from '../../support/parted-by-key.ts';
import { propertyRuns } from '../../support/property-runs.ts';
import { ShopTarget } from '../../support/shop-target.ts';
import { SplitModel } from '../../support/split-model.ts';
import { byKey, histories, play } from '../../support/two-sided-histories.ts';
import type { Act, Side } from '../../support/two-sided-histories.ts';
import { SPLIT_USERS } from '../../support/split-users.ts';
import { unexplainedRows } from '../../support/unexplained-rows.ts';

const text = (value: string | number | null): string => (value === null ? 'NULL' : `'${value}'`);
const id = fc.integer({ min: 1, max: 3 });
const ids = fc.uniqueArray(id, { minLength: 1, maxLength: 2 });
const street = fc.constantFrom(null, 'a', 'b');
const zip = fc.constantFrom(null, '1', '01', '2', ' 3 ', 'soon', '');
const postcode = fc.constantFrom(null, 1, 2, -1);

const old = 'shop_v1.users';
const next = 'shop_v2.addresses';

const moves = fc.tuple(id, id).map(([from, to]): Act<SplitModel> => ({
  sql: `UPDATE ${old} SET id = ${to} WHERE id = ${from} AND NOT EXISTS (SELECT FROM ${old} WHERE id = ${to})`,
  does: (model, side) => {
    if (!model.wide.has(to)) model.moveOld(from, to, side);
  },
}));

const acts: fc.Arbitrary<Act<SplitModel>> = fc.oneof(
  fc.record({ id, street, zip }).map(({ id: key, ...row }) => ({
    sql: `INSERT INTO ${old} (id, street, zip) VALUES (${key}, ${text(row.street)}, ${text(row.zip)})
      ON CONFLICT (id) DO UPDATE SET street = excluded.street, zip = excluded.zip`,
    does: (model: SplitModel, side: Side) => model.writeOld(key, row, side),
  })),
  fc.record({ ids, zip }).map((one) => ({
    sql: `UPDATE ${old} SET zip = ${text(one.zip)} WHERE id IN (${one.ids.join(', ')})`,
    does: (model: SplitModel, side: Side) =>
      each(one.ids, model.wide, (key) => model.writeOld(key, { zip: one.zip }, side)),
  })),
  fc.record({ ids, street }).map((one) => ({
    sql: `UPDATE ${old} SET name = 'x', street = ${text(one.street)} WHERE id IN (${one.ids.join(', ')})`,
    does: (model: SplitModel, side: Side) =>
      each(one.ids, model.wide, (key) => model.writeOld(key, { street: one.street }, side)),
  })),
  id.map((key) => ({
    sql: `INSERT INTO shop_v2.users (id) VALUES (${key}) ON CONFLICT DO NOTHING`,
    does: (model: SplitModel, side: Side) => {
      if (!model.wide.has(key)) model.writeOld(key, {}, side);
    },
  })),
  fc.record({ id, street, postcode }).map(({ id: key, ...row }) => ({
    sql: `INSERT INTO ${next} VALUES (${key}, ${text(row.street)}, ${text(row.postcode)})
      ON CONFLICT (user_id) DO UPDATE SET street = excluded.street, postcode = excluded.postcode`,
    does: (model: SplitModel) => model.writeNew(key, row),
  })),
  fc.record({ ids, postcode }).map((one) => ({
    sql: `UPDATE ${next} SET postcode = ${text(one.postcode)} WHERE user_id IN (${one.ids.join(', ')})`,
    does: (model: SplitModel) =>
      each(one.ids, model.narrow, (key) => model.writeNew(key, { postcode: one.postcode })),
  })),
  ids.map((keys) => ({
    sql: `DELETE FROM shop_v2.users WHERE id IN (${keys.join(', ')})`,
    does: (model: SplitModel) => keys.forEach((key) => model.deleteOld(key)),
  })),
  ids.map((keys) => ({
    sql: `DELETE FROM ${next} WHERE user_id IN (${keys.join(', ')})`,
    does: (model: SplitModel) => keys.forEach((key) => model.deleteNew(key)),
  })),
  moves,
  fc.tuple(id, id).map(([from, to]) => ({
    sql: `UPDATE ${next} SET user_id = ${to} WHERE user_id = ${from} AND NOT EXISTS (SELECT FROM ${next} WHERE user_id = ${to})`,
    does: (model: SplitModel) => {
      if (!model.narrow.has(to)) model.moveNew(from, to);
    },
  })),
  {
    weight: 1,
    arbitrary: fc.constant<Act<SplitModel>>({
      sql: 'TRUNCATE users',
      does: (model) => model.truncateOld(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constant<Act<SplitModel>>({
      sql: 'TRUNCATE addresses',
      does: (model) => model.truncateNew(),
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

const COLUMNS = 'id integer PRIMARY KEY, name text, street text, zip text';

const ofPart = id.map((key): Act<SplitModel> => ({
  sql: `TRUNCATE ${partOf('users', key)}`,
  does: (model) => model.truncatePart(key),
}));

/** Moves are more frequent, since there they are a DELETE and an INSERT. */
const onParts = fc.oneof({ weight: 14, arbitrary: acts }, { weight: 5, arbitrary: moves }, ofPart);

describe.each([
  ['a table', `CREATE TABLE users (${COLUMNS})`, acts, 60],
  ['a partitioned table', partedByKey('users', COLUMNS), onParts, 30],
])(
  'any interleaving of writes to %s and to the one that was split from it',
  (_, setup, drawn, runs) => {
    let shop: ShopTarget;

    beforeAll(async () => {
      shop = await ShopTarget.on(setup, [SPLIT_USERS]);
      await shop.run('expand', 'backfill');
    });
    afterAll(() => shop.close());

    const client = () => shop.target.admin;

    async function state() {
      const { rows: wide } = await client().query('SELECT id, street, zip FROM users ORDER BY id');
      const { rows: narrow } = await client().query('SELECT * FROM addresses ORDER BY user_id');
      return { wide, narrow };
    }

    function stateOf({ wide, narrow }: SplitModel) {
      return {
        wide: byKey(wide).map(([key, row]) => ({ id: key, ...row })),
        narrow: byKey(narrow).map(([key, row]) => ({ user_id: key, ...row })),
      };
    }

    it('leaves both tables as a plain model has them, and explains what is out of step', async () => {
      await fc.assert(
        fc.asyncProperty(histories(drawn), async (history) => {
          await client().query('TRUNCATE users, addresses, crossfade.quarantine');
          const model = new SplitModel();
          await play(client(), model, history);
          expect(await state()).toEqual(stateOf(model));
          expect(await unexplainedRows(shop, 'w.street, w.zip, n.street, n.postcode')).toEqual([]);
        }),
        { numRuns: propertyRuns(runs) },
      );
    });
  },
);
