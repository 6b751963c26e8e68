import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ShopTarget } from '../../support/shop-target.ts';
import { SPLIT_USERS } from '../../support/split-users.ts';
import { until } from '../../support/until.ts';

const ROWS = 5_000;

const SETUP = `
  CREATE TABLE users (id bigint PRIMARY KEY, street text NOT NULL DEFAULT '', zip text);
  INSERT INTO users SELECT n, 's' || n, CASE WHEN n % 5 > 0 THEN n::text END FROM generate_series(1, ${ROWS}) n`;

describe('parity of two tables', () => {
  let shop: ShopTarget;
  beforeEach(async () => {
    shop = await ShopTarget.on(SETUP, [SPLIT_USERS]);
    await shop.run('expand', 'backfill');
  });
  afterEach(() => shop.close());

  const secretly = (sql: string) =>
    shop.admin(`BEGIN; SET LOCAL crossfade.sync = 'off'; ${sql}; COMMIT`);

  it.each([1, 10, 1_000])('finds every one of %i planted differences', async (planted) => {
    await secretly(
      `UPDATE addresses SET postcode = coalesce(postcode, 0) + 1
       WHERE user_id IN (SELECT 1 + n * 4993 % ${ROWS} FROM generate_series(1, ${planted}) n)`,
    );
    expect(await shop.run('verify')).toMatchObject({ differences: planted, quarantined: 0 });
  });

  it('finds a row that is missing, and counts one without a home as a loss', async () => {
    await secretly('DELETE FROM addresses WHERE user_id = 77');
    await secretly(`INSERT INTO addresses VALUES (${ROWS + 1}, 'nowhere', 1)`);
    expect(await shop.run('verify')).toMatchObject({
      differences: 1,
      quarantined: 1,
      reason: '1 rows differ, among them users(77)',
    });
  });

  it('takes no blank for a difference, on whichever side it stands', async () => {
    await shop.admin(`UPDATE users SET street = '', zip = NULL WHERE id <= 50`);
    await secretly('DELETE FROM addresses WHERE user_id <= 25');
    // One of them was kept aside, and is well again.
    await shop.app('UPDATE shop_v2.addresses SET postcode = -1 WHERE user_id = 30');
    await shop.app(
      'UPDATE shop_v2.addresses SET street = NULL, postcode = NULL WHERE user_id BETWEEN 26 AND 50',
    );
    expect(await shop.run('verify')).toMatchObject({ differences: 0, quarantined: 0 });
  });

  it('counts a row that is in step and would not come back as a loss', async () => {
    await secretly(
      `UPDATE users SET zip = '007' WHERE id = 8; UPDATE addresses SET postcode = 7 WHERE user_id = 8`,
    );
    expect(await shop.run('verify')).toMatchObject({ differences: 0, quarantined: 1 });
    expect(await shop.target.quarantine()).toMatchObject([{ key: ['8'], kind: 'loss' }]);
  });

  it('sees no difference where both versions write all the while', async () => {
    let isOver = false;
    const writers = new Set<string>();
    // Rows of their own: a unit stays on its side, and two sides of one row may deadlock.
    const writing = ['v1', 'v2'].map(async (version, side) => {
      const client = await shop.target.application();
      for (let written = 0; !isOver; written += 1) {
        const id = 1 + ((2 * written * 97 + side) % ROWS);
        await client.query(
          version === 'v1'
            ? `UPDATE shop_v1.users SET zip = '${written}' WHERE id = ${id}`
            : `UPDATE shop_v2.addresses SET postcode = ${written} WHERE user_id = ${id}`,
        );
        writers.add(version);
      }
    });
    await until(() => Promise.resolve(writers.size === 2));
    const state = await shop.run('verify');
    isOver = true;
    await Promise.all(writing);
    expect(state).toMatchObject({ differences: 0, quarantined: 0 });
  });
});
