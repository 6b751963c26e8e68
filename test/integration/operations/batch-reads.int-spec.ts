import { afterEach, describe, expect, it } from '@jest/globals';
import { openTargetPostgres } from '../../../src/adapters/target-postgres/open-target-postgres.ts';
import type { Operation } from '../../../src/core/schema-migration/operation.ts';
import { resolveMovements } from '../../../src/core/schema-migration/resolve-migration.ts';
import { ShopTarget } from '../../support/shop-target.ts';

const ROWS = 30_000;
/** The range of a batch, from somewhere within. */
const [FROM, ROWS_OF_BATCH] = [10_000, 3_000];

const USERS = `CREATE TABLE users (id bigint PRIMARY KEY, street text, tags text[]);
  INSERT INTO users SELECT n, 'street ' || n, ARRAY['t' || n] FROM generate_series(1, ${ROWS}) n`;
const HOMES = `${USERS};
  CREATE TABLE homes (user_id bigint PRIMARY KEY REFERENCES users, city text);
  INSERT INTO homes SELECT id, 'city ' || id FROM users; ANALYZE`;

const split: Operation = {
  operation: 'splitTable',
  table: 'users',
  into: 'places',
  key: { id: 'user_id' },
  columns: [{ column: 'street', to: 'street' }],
  foreignKey: false,
};
const merge: Operation = {
  operation: 'mergeTables',
  table: 'users',
  from: 'homes',
  key: { id: 'user_id' },
  columns: [{ column: 'city', to: 'city' }],
};
const list: Operation = {
  operation: 'splitList',
  table: 'users',
  column: 'tags',
  into: 'labels',
  key: { id: 'user_id' },
  position: 'place',
  to: 'label',
  type: null,
  up: null,
  down: null,
  missing: null,
  foreignKey: false,
};

interface PlanNode {
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

function rowsRead(node: PlanNode, table: string): number {
  const own = node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0);
  const read = node['Relation Name'] === table ? own * node['Actual Loops'] : 0;
  return (node.Plans ?? []).reduce((sum, one) => sum + rowsRead(one, table), read);
}

describe('a batch of a backfill', () => {
  let shop: ShopTarget;
  afterEach(() => shop.close());

  it.each([
    ['splitTable', USERS, split, 'places'],
    ['mergeTables', HOMES, merge, 'users'],
    ['splitList', USERS, list, 'labels'],
  ])('of %s reads no more of the other table than its own range', async (_, setup, one, table) => {
    shop = await ShopTarget.on(setup, [one]);
    await shop.run('expand', 'backfill');
    const database = openTargetPostgres(shop.target.url);
    const [movement] = resolveMovements(shop.migration, await database.catalog(shop.migration));
    await database.close();
    await shop.admin('ANALYZE');
    const { rows } = await shop.target.admin.query<{ 'QUERY PLAN': readonly { Plan: PlanNode }[] }>(
      `EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ${movement?.range().fill ?? ''}`,
      [[String(FROM)], [String(FROM + ROWS_OF_BATCH)]],
    );
    const plan = rows[0]?.['QUERY PLAN'][0]?.Plan;
    if (plan === undefined) throw new Error('nothing was planned');
    expect(rowsRead(plan, table)).toBeLessThanOrEqual(2 * ROWS_OF_BATCH);
  });
});
