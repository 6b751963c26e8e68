import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SplitList } from '../../../src/core/schema-migration/moving-operations.ts';
import { ListModel } from '../../support/list-model.ts';
import { byKey, histories, play } from '../../support/two-sided-histories.ts';
import type { Act, Side } from '../../support/two-sided-histories.ts';
import { partedByKey, partOf } from '../../support/parted-by-key.ts';
import { propertyRuns } from '../../support/property-runs.ts';
import { ShopTarget } from '../../support/shop-target.ts';

const SPLIT: SplitList = {
  operation: 'splitList',
  table: 'users',
  column: 'tags',
  into: 'tags',
  key: { id: 'user_id' },
  position: 'nr',
  to: 'tag',
  type: 'text',
  up: `string_to_array(tags, ', ')`,
  down: `array_to_string(tag, ', ')`,
  missing: null,
  foreignKey: false,
};

const id = fc.integer({ min: 1, max: 3 });
const ids = fc.uniqueArray(id, { minLength: 1, maxLength: 2 });
const nr = fc.integer({ min: 1, max: 4 });
const text = fc.constantFrom(null, '', 'a', 'a, b', 'c, a, b');
const tag = fc.constantFrom('a', 'b', 'p, q', '');
const quoted = (value: string | null): string => (value === null ? 'NULL' : `'${value}'`);
const [old, next] = ['shop_v1.users', 'shop_v2.tags'];

const moves = fc.tuple(id, id).map(([from, to]): Act<ListModel> => ({
  sql: `UPDATE ${old} SET id = ${to} WHERE id = ${from} AND NOT EXISTS (SELECT FROM ${old} WHERE id = ${to})`,
  does: (model, side) => {
    if (!model.users.has(to)) model.moveUser(from, to, side);
  },
}));

const acts: fc.Arbitrary<Act<ListModel>> = fc.oneof(
  fc.record({ key: id, text }).map((one) => ({
    sql: `INSERT INTO ${old} (id, tags) VALUES (${one.key}, ${quoted(one.text)}) ON CONFLICT (id) DO UPDATE SET tags = excluded.tags`,
    does: (model: ListModel, side: Side) => model.writeUser(one.key, one.text, side),
  })),
  fc.record({ ids, text }).map((one) => ({
    sql: `UPDATE ${old} SET tags = ${quoted(one.text)}, name = 'x' WHERE id IN (${one.ids.join(', ')})`,
    does: (model: ListModel, side: Side) =>
      one.ids
        .filter((key) => model.users.has(key))
        .forEach((key) => model.writeUser(key, one.text, side)),
  })),
  fc.record({ key: id, nr, tag }).map((one) => ({
    sql: `INSERT INTO ${next} VALUES (${one.key}, ${one.nr}, '${one.tag}') ON CONFLICT (user_id, nr) DO UPDATE SET tag = excluded.tag`,
    does: (model: ListModel) => model.writeRow(one.key, one.nr, one.tag),
  })),
  fc.record({ ids, tag }).map((one) => ({
    sql: `UPDATE ${next} SET tag = '${one.tag}' WHERE nr = 2 AND user_id IN (${one.ids.join(', ')})`,
    does: (model: ListModel) =>
      one.ids
        .filter((key) => model.rows.get(key)?.has(2))
        .forEach((key) => model.writeRow(key, 2, one.tag)),
  })),
  fc.record({ ids, nr }).map((one) => ({
    sql: `DELETE FROM ${next} WHERE nr <= ${one.nr} AND user_id IN (${one.ids.join(', ')})`,
    does: (model: ListModel) =>
      one.ids.forEach((key) =>
        model.deleteRows(
          key,
          [1, 2, 3, 4].filter((at) => at <= one.nr),
        ),
      ),
  })),
  fc.tuple(id, id).map(([from, to]) => ({
    sql: `UPDATE ${next} SET user_id = ${to} WHERE user_id = ${from} AND NOT EXISTS (SELECT FROM ${next} WHERE user_id = ${to})`,
    does: (model: ListModel) => {
      if (!model.rows.has(to)) model.moveRows(from, to);
    },
  })),
  ids.map((keys) => ({
    sql: `DELETE FROM shop_v2.users WHERE id IN (${keys.join(', ')})`,
    does: (model: ListModel) => keys.forEach((key) => model.deleteUser(key)),
  })),
  moves,
  fc.constantFrom<Act<ListModel>>(
    { sql: 'TRUNCATE users', does: (model) => model.truncateUsers() },
    { sql: 'TRUNCATE tags', does: (model) => model.truncateRows() },
  ),
);

const COLUMNS = 'id integer PRIMARY KEY, name text, tags text';

const ofPart = id.map((key): Act<ListModel> => ({
  sql: `TRUNCATE ${partOf('users', key)}`,
  does: (model) => model.truncatePart(key),
}));

/** What cannot be carried, and moves, are more frequent: there they are a DELETE and an INSERT. */
const apart = fc.tuple(id, moves).map(([key, move]): Act<ListModel> => ({
  sql: `INSERT INTO ${old} (id) VALUES (${key}) ON CONFLICT DO NOTHING;
      INSERT INTO ${next} VALUES (${key}, 1, 'p, q') ON CONFLICT (user_id, nr) DO UPDATE SET tag = excluded.tag; ${move.sql}`,
  does: (model, side) => {
    if (!model.users.has(key)) model.writeUser(key, null, side);
    model.writeRow(key, 1, 'p, q');
    move.does(model, side);
  },
}));
const onParts = fc.oneof(
  { weight: 8, arbitrary: acts },
  { weight: 4, arbitrary: moves },
  { weight: 3, arbitrary: apart },
  { weight: 2, arbitrary: ofPart },
);

describe.each([
  ['a list', `CREATE TABLE users (${COLUMNS})`, acts, 60],
  ['a list of a partitioned table', partedByKey('users', COLUMNS), onParts, 30],
])('any interleaving of writes to %s and to the rows of its elements', (_, setup, drawn, runs) => {
  let shop: ShopTarget;

  beforeAll(async () => {
    shop = await ShopTarget.on(setup, [SPLIT]);
    await shop.run('expand', 'backfill');
  });
  afterAll(() => shop.close());

  const client = () => shop.target.admin;

  async function state() {
    const { rows: users } = await client().query('SELECT id, tags FROM users ORDER BY id');
    const { rows: tags } = await client().query('SELECT * FROM tags ORDER BY user_id, nr');
    return { users, tags };
  }

  function stateOf({ users, rows }: ListModel) {
    return {
      users: byKey(users).map(([key, tags]) => ({ id: key, tags })),
      tags: byKey(rows).flatMap(([key, list]) =>
        byKey(list).map(([position, value]) => ({ user_id: key, nr: position, tag: value })),
      ),
    };
  }

  /** Keys out of step that nobody recorded, and records of keys that are well. */
  async function unexplained() {
    await shop.target.works.jobs('r1');
    const { rows } = await client().query(
      `SELECT key FROM (SELECT coalesce(u.id, t.user_id) AS key,
           u.id IS NULL OR nullif(string_to_array(u.tags, ', '), '{}') IS DISTINCT FROM t.list AS apart
         FROM users u FULL JOIN (SELECT user_id, array_agg(tag ORDER BY nr) AS list FROM tags GROUP BY 1) t ON t.user_id = u.id) j
       WHERE apart <> EXISTS (SELECT FROM crossfade.quarantine q WHERE q.resolved_at IS NULL
         AND q.kind <> 'conflict' AND q.key = jsonb_build_array(j.key::text))`,
    );
    return rows;
  }

  it('leaves both as a plain model has them, and explains what is out of step', async () => {
    await fc.assert(
      fc.asyncProperty(histories(drawn), async (history) => {
        await client().query('TRUNCATE users, tags, crossfade.quarantine');
        const model = new ListModel();
        await play(client(), model, history);
        expect(await state()).toEqual(stateOf(model));
        expect(await unexplained()).toEqual([]);
      }),
      { numRuns: propertyRuns(runs) },
    );
  });
});
