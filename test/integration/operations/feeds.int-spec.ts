import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { operationOf } from '../../../src/language/resolve/operation-of.ts';
import { ShopTarget } from '../../support/shop-target.ts';
import { until } from '../../support/until.ts';

const USERS = `
  CREATE TABLE users (id integer PRIMARY KEY, profile jsonb);
  INSERT INTO users VALUES (1, '{"age": "36", "born": "1815-12-10", "city": "London"}'), (2, '{"city": "Ulm"}'),
    (3, NULL), (4, '{"age": 41}'), (5, '{"age": null}')`;

const feeding = (column: string, type: string) =>
  operationOf({ addColumn: { table: 'users', column, type, feeds: { profile: column } } });

describe('a column that feeds a key of a JSON column', () => {
  let shop: ShopTarget;

  beforeEach(async () => {
    shop = await ShopTarget.on(USERS, [...feeding('age', 'integer'), ...feeding('born', 'date')]);
  });
  afterEach(() => shop.close());

  const profile = async (id: number) =>
    (await shop.app(`SELECT profile FROM shop_v1.users WHERE id = ${id}`))[0]?.['profile'];

  it('is filled, and goes to contract without a loss', async () => {
    expect(await shop.run('expand', 'backfill', 'verify')).toMatchObject({
      differences: 0,
      quarantined: 0,
    });
    expect(await shop.app('SELECT age, born::text FROM shop_v2.users ORDER BY id')).toEqual([
      { age: 36, born: '1815-12-10' },
      { age: null, born: null },
      { age: null, born: null },
      { age: 41, born: null },
      { age: null, born: null },
    ]);
    expect(await shop.run('contract')).toMatchObject({ status: 'done' });
    expect(await shop.columns('shop_v2.users')).toEqual(['id', 'profile', 'born', 'age']);
  });

  it('keeps the neighbours, and text as text', async () => {
    await shop.run('expand', 'backfill');
    await shop.app('UPDATE shop_v2.users SET age = 37 WHERE id IN (1, 2, 3, 4)');
    expect([await profile(1), await profile(2), await profile(3), await profile(4)]).toEqual([
      { age: '37', born: '1815-12-10', city: 'London' },
      { age: 37, city: 'Ulm' },
      { age: 37 },
      { age: 37 },
    ]);
    await shop.app('UPDATE shop_v2.users SET age = NULL, born = NULL');
    expect([await profile(1), await profile(3)]).toEqual([{ city: 'London' }, {}]);
    expect(await shop.run('verify')).toMatchObject({ differences: 0, quarantined: 0 });
  });

  it('loses no neighbour that another transaction writes at the same time', async () => {
    await shop.run('expand', 'backfill');
    const other = await shop.target.application();
    await other.query(
      `BEGIN; UPDATE shop_v1.users SET profile = profile || '{"city": "Paris"}' WHERE id = 1`,
    );
    const writing = shop.app('UPDATE shop_v2.users SET age = 37 WHERE id = 1');
    await until(async () => {
      const sql = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      return (await shop.admin(sql)).length > 0;
    });
    await other.query('COMMIT');
    await writing;
    expect(await profile(1)).toMatchObject({ age: '37', city: 'Paris', born: '1815-12-10' });
  });

  it.each([
    ['', 50, ['conflict']],
    ['new', 50, []],
    ['old', 20, []],
  ])('where both were written and side %j is declared, %d holds', async (side, age, kinds) => {
    await shop.run('expand', 'backfill');
    await shop.app(`SELECT set_config('crossfade.side', '${side}', false)`);
    await shop.app(
      `UPDATE shop_v2.users SET age = 50, profile = profile || '{"age": 20, "city": "Rom"}' WHERE id = 4`,
    );
    expect(await shop.app('SELECT age, profile FROM shop_v2.users WHERE id = 4')).toEqual([
      { age, profile: { age, city: 'Rom' } },
    ]);
    expect((await shop.target.quarantine()).map(({ kind }) => kind)).toEqual(kinds);
  });

  it('keeps both what is no value and what is no object, and fails no write', async () => {
    await shop.run('expand', 'backfill');
    await shop.app(`UPDATE shop_v1.users SET profile = '{"age": "soon"}' WHERE id = 1`);
    await shop.app(`UPDATE shop_v1.users SET profile = '[1]' WHERE id = 2`);
    await shop.app('UPDATE shop_v2.users SET age = 1 WHERE id = 2');
    expect([await profile(1), await profile(2)]).toEqual([{ age: 'soon' }, [1]]);
    expect(
      (await shop.target.quarantine()).map(({ key, kind, direction }) => [...key, kind, direction]),
    ).toEqual([
      ['1', 'error', 'up'],
      ['2', 'error', 'down'],
    ]);
  });

  it('stays in step with its key and leaves the rest alone, whoever writes what', async () => {
    await shop.run('expand', 'backfill');
    const age = fc.constantFrom(null, 1, 2);
    const write = fc.oneof(
      fc.record({ side: fc.constant('new'), age }),
      fc.record({ side: fc.constant('old'), age, city: fc.constantFrom('a', 'b') }),
      fc.record({ side: fc.constant('city'), city: fc.constantFrom('a', 'b') }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(write, { minLength: 1, maxLength: 8 }), async (writes) => {
        await shop.app(`UPDATE shop_v1.users SET profile = '{"city": "a"}' WHERE id = 1`);
        const model: Record<string, unknown> = { city: 'a' };
        for (const { side, ...values } of writes) {
          Object.assign(model, values);
          if (model['age'] === null) delete model['age'];
          const text = JSON.stringify(side === 'old' ? model : values);
          const sql =
            side === 'new'
              ? `UPDATE shop_v2.users SET age = ($1::jsonb ->> 'age')::integer WHERE id = 1`
              : `UPDATE shop_v1.users SET profile = ${side === 'old' ? '' : 'profile || '}$1::jsonb WHERE id = 1`;
          await shop.app(sql, [text]);
        }
        expect(await shop.app('SELECT age, profile FROM shop_v2.users WHERE id = 1')).toEqual([
          { age: model['age'] ?? null, profile: model },
        ]);
      }),
      { numRuns: 40 },
    );
    expect(await shop.target.quarantine()).toEqual([]);
  });
});
