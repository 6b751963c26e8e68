import { afterEach, describe, expect, it } from '@jest/globals';
import type { SplitList } from '../../../src/core/schema-migration/moving-operations.ts';
import { ShopTarget } from '../../support/shop-target.ts';

const USERS = `
  CREATE TABLE users (id bigint PRIMARY KEY, name text, phones text[] NOT NULL DEFAULT '{}', tags text);
  INSERT INTO users SELECT n, 'u' || n, CASE n % 3 WHEN 0 THEN '{}' WHEN 1 THEN ARRAY['a' || n] ELSE ARRAY['a' || n, NULL, 'b'] END,
    CASE n % 3 WHEN 0 THEN '' WHEN 1 THEN 'x, y' END FROM generate_series(1, 300) n`;

const SPLIT: SplitList = {
  operation: 'splitList',
  table: 'users',
  column: 'phones',
  into: 'phones',
  key: { id: 'user_id' },
  position: 'nr',
  to: 'phone',
  type: null,
  up: null,
  down: null,
  missing: `'{}'`,
  foreignKey: true,
};
const TAGS: Partial<SplitList> = {
  column: 'tags',
  into: 'tags',
  to: 'tag',
  type: 'text',
  up: `string_to_array(tags, ', ')`,
  down: `array_to_string(tag, ', ')`,
  missing: null,
};

describe('splitList', () => {
  let shop: ShopTarget;
  afterEach(() => shop.close());

  const open = async (more: Partial<SplitList> = {}, setup = USERS): Promise<void> => {
    shop = await ShopTarget.on(setup, [{ ...SPLIT, ...more }]);
  };
  const old = async (id: number) =>
    (await shop.app(`SELECT phones FROM shop_v1.users WHERE id = ${id}`))[0]?.['phones'];
  const rows = async (id: number) =>
    (await shop.app(`SELECT nr, phone FROM shop_v2.phones WHERE user_id = ${id} ORDER BY nr`)).map(
      ({ nr, phone }) => `${String(nr)} ${String(phone)}`,
    );
  const aside = async () =>
    (await shop.target.quarantine()).map(({ key, kind, direction }) => [...key, kind, direction]);

  it('shows each version its own tables, and makes a row of each element', async () => {
    await open();
    expect(await shop.run('expand', 'backfill', 'verify')).toMatchObject({
      differences: 0,
      quarantined: 0,
    });
    expect(await shop.columns('shop_v2.users')).toEqual(['id', 'name', 'tags']);
    expect(await shop.columns('shop_v2.phones')).toEqual(['user_id', 'nr', 'phone']);
    expect([await rows(2), await rows(3), await rows(4)]).toEqual([
      ['1 a2', '2 null', '3 b'],
      [],
      ['1 a4'],
    ]);
  });

  it('carries writes of both sides, in the same transaction', async () => {
    await open();
    await shop.run('expand', 'backfill');
    await shop.app(`UPDATE shop_v1.users SET phones = ARRAY['new', 'two'] WHERE id IN (2, 3)`);
    await shop.app(`INSERT INTO shop_v1.users (id, phones) VALUES (1001, '{x}')`);
    expect([await rows(2), await rows(3), await rows(1001)]).toEqual([
      ['1 new', '2 two'],
      ['1 new', '2 two'],
      ['1 x'],
    ]);
    await shop.app(
      `INSERT INTO shop_v2.phones VALUES (2, 7, 'seven'), (4, 2, 'more'), (6, 1, 'one')`,
    );
    await shop.app(`UPDATE shop_v2.phones SET phone = 'first' WHERE user_id = 2 AND nr = 1`);
    await shop.app('DELETE FROM shop_v2.phones WHERE user_id = 3');
    await shop.app('UPDATE shop_v2.phones SET user_id = 9 WHERE user_id = 1001');
    const lists: unknown[] = [];
    for (const id of [2, 4, 6, 3, 1001, 9]) lists.push(await old(id));
    expect(lists).toEqual([['first', 'two', 'seven'], ['a4', 'more'], ['one'], [], [], ['x']]);
    await shop.app('UPDATE shop_v1.users SET id = 2001 WHERE id = 2');
    await shop.app(`UPDATE shop_v1.users SET id = 2004, phones = '{both}' WHERE id = 4`);
    await shop.app('DELETE FROM shop_v2.users WHERE id = 6');
    expect([await rows(2001), await rows(2), await rows(2004), await rows(6)]).toEqual([
      ['1 first', '2 two', '7 seven'],
      [],
      ['1 both'],
      [],
    ]);
    await shop.app(`INSERT INTO shop_v2.users (id) VALUES (3001)`);
    expect(await old(3001)).toEqual([]);
    await shop.app(`WITH gone AS (DELETE FROM shop_v1.users WHERE id = 7 RETURNING id)
      INSERT INTO shop_v1.users (id, phones) SELECT id, '{again}' FROM gone`);
    expect([await old(7), await rows(7)]).toEqual([['again'], ['1 again']]);
    await shop.admin(
      `CREATE FUNCTION put() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
       $$ BEGIN INSERT INTO public.users (id, phones) VALUES (OLD.id, '{put}'); RETURN NULL; END $$;
       CREATE TRIGGER put AFTER DELETE ON users FOR EACH ROW WHEN (OLD.id = 10) EXECUTE FUNCTION put()`,
    );
    await shop.app('DELETE FROM shop_v1.users WHERE id = 10');
    expect([await old(10), await rows(10)]).toEqual([['put'], ['1 put']]);
    expect(await shop.run('verify')).toMatchObject({ differences: 0, quarantined: 0 });
  });

  it('follows TRUNCATE both ways', async () => {
    await open();
    await shop.run('expand', 'backfill');
    await shop.admin('TRUNCATE phones');
    expect(await old(2)).toEqual([]);
    await shop.app(`UPDATE shop_v1.users SET phones = '{x}'`);
    await shop.admin('TRUNCATE users');
    expect(await shop.admin('SELECT FROM phones')).toEqual([]);
  });

  it('loses no row of two transactions that write the same list at once, nor beside the backfill', async () => {
    await open();
    await shop.run('expand');
    const other = await shop.target.application();
    const beside = async (sql: string, begin: () => Promise<unknown>): Promise<void> => {
      await other.query(`BEGIN; ${sql}`);
      const work = begin();
      await shop.untilSomebodyWaits(work);
      await other.query('COMMIT');
      await work;
    };
    await beside(`UPDATE shop_v1.users SET phones = '{x}' WHERE id = 2`, () =>
      shop.run('backfill'),
    );
    expect(await rows(2)).toEqual(['1 x']);
    await beside(`INSERT INTO shop_v2.phones VALUES (4, 2, 'theirs')`, () =>
      shop.app(`INSERT INTO shop_v2.phones VALUES (4, 3, 'ours')`),
    );
    expect(await old(4)).toEqual(['a4', 'theirs', 'ours']);
  });

  const LIST = `UPDATE users SET phones = '{old}' WHERE id = 4`;
  const ROWS = [
    `UPDATE phones SET phone = 'new' WHERE user_id = 4`,
    `INSERT INTO phones VALUES (4, 2, 'new')`,
  ];

  it('is written with its rows in one statement: the declared side wins, else the new one, on record', async () => {
    await open();
    await shop.run('expand', 'backfill');
    const statements = ROWS.flatMap((written) => [
      [LIST, written],
      [written, LIST],
    ]);
    for (const side of ['', 'new', 'old']) {
      const records = side === '' ? [['4', 'conflict', 'down']] : [];
      await shop.admin(`SELECT set_config('crossfade.side', '${side}', false)`);
      for (const [one = '', other = ''] of statements) {
        await shop.admin(`UPDATE users SET phones = '{a4}' WHERE id = 4`);
        await shop.admin('TRUNCATE crossfade.quarantine');
        await shop.admin(`WITH one AS (${one}), other AS (${other}) SELECT`);
        const list = (await old(4)) as string[];
        expect([side, list]).toEqual([side, expect.arrayContaining([side || 'new'])]);
        expect(await rows(4)).toEqual(list.map((phone, at) => `${at + 1} ${phone}`));
        expect(await aside()).toEqual(records);
      }
      await shop.admin(`BEGIN; ${ROWS[0] ?? ''}; ${LIST}; COMMIT`);
      expect(await old(4)).toEqual(['old']);
      expect((await aside()).length).toBe(records.length);
    }
  });

  it('takes any column that an expression makes a list of, and leaves its words alone', async () => {
    await open(TAGS);
    await shop.run('expand', 'backfill');
    const tags = async (id: number) =>
      (await shop.app(`SELECT tags FROM shop_v1.users WHERE id = ${id}`))[0]?.['tags'];
    await shop.app(`INSERT INTO shop_v2.tags VALUES (1, 3, 'z'), (2, 1, 'a')`);
    await shop.app(`DELETE FROM shop_v2.tags WHERE user_id = 4`);
    expect([await tags(1), await tags(2), await tags(4), await tags(3)]).toEqual([
      'x, y, z',
      'a',
      null,
      '',
    ]);
    // An element with the separator in it does not come back.
    await shop.app(`UPDATE shop_v2.tags SET tag = 'p, q' WHERE user_id = 7 AND nr = 1`);
    expect(await tags(7)).toBe('x, y');
    expect(await aside()).toEqual([['7', 'loss', 'down']]);
    await shop.app(`UPDATE shop_v2.tags SET tag = 'p' WHERE user_id = 7 AND nr = 1`);
    expect(await shop.run('verify', 'contract')).toMatchObject({ status: 'done' });
  });

  it('keeps what is no list aside, gives early rows to a late one, and fails no write', async () => {
    await open();
    await shop.run('expand', 'backfill');
    await shop.app(`UPDATE shop_v1.users SET phones = '{{a,b},{c,d}}' WHERE id = 4`);
    await shop.app(`INSERT INTO shop_v2.phones VALUES (1001, 1, 'early')`);
    expect([await rows(4), await aside()]).toEqual([
      ['1 a4'],
      [
        ['1001', 'loss', 'down'],
        ['4', 'error', 'up'],
      ],
    ]);
    await shop.app('INSERT INTO shop_v2.users (id) VALUES (1001)');
    await shop.app(`UPDATE shop_v1.users SET phones = '{a,b}' WHERE id = 4`);
    expect(await old(1001)).toEqual(['early']);
    expect(await shop.run('verify')).toMatchObject({ differences: 0, quarantined: 0 });
  });

  it('contract puts the column aside and ties the rows to their table', async () => {
    await open();
    expect(await shop.run('expand', 'backfill', 'verify', 'contract')).toMatchObject({
      status: 'done',
    });
    await shop.app('DELETE FROM shop_v2.users WHERE id = 2');
    expect(await rows(2)).toEqual([]);
    await shop.app('INSERT INTO shop_v2.users (id) VALUES (1001)');
    expect(
      await shop.admin(`SELECT proname FROM pg_proc WHERE proname ~ '^(list|pair|fill)_'`),
    ).toEqual([]);
    expect(await shop.run('contract')).toMatchObject({ status: 'done' });
  });

  it('loses no write of the new side in a rollback, after which a retry can begin', async () => {
    await open();
    await shop.run('expand', 'backfill');
    await shop.app(`INSERT INTO shop_v2.phones VALUES (4, 2, 'kept')`);
    expect(await shop.run('retire')).toMatchObject({ status: 'done' });
    expect(await old(4)).toEqual(['a4', 'kept']);
    await shop.admin('DELETE FROM crossfade.job');
    expect(await shop.run('expand', 'backfill', 'verify')).toMatchObject({ differences: 0 });
    expect(await rows(4)).toEqual(['1 a4', '2 kept']);
  });
});
