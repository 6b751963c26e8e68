import { afterEach, describe, expect, it } from '@jest/globals';
import { shownMigration } from '../../support/operation-examples.ts';
import { ShopTarget } from '../../support/shop-target.ts';

const SETUP = `
  CREATE TABLE people (id int, region text, dob text, PRIMARY KEY (id, region)) PARTITION BY LIST (region);
  CREATE TABLE people_0 PARTITION OF people FOR VALUES IN ('r0');
  CREATE TABLE people_rest PARTITION OF people DEFAULT;
  INSERT INTO people SELECT i, 'r' || i % 3, '1990-01-01' FROM generate_series(1, 30) i`;

const { operations } = shownMigration(
  `- addColumn: { table: people, column: birthdate, type: date, up: "dob::date", down: { dob: "birthdate::text" } }`,
);

/** What comes before each part that needs a lock on the whole table. */
const PARTS = [
  ['expand', []],
  ['contract', ['backfill', 'verify']],
  ['restore', []],
  ['retire', []],
] as const;

describe('a lock that does not come', () => {
  let shop: ShopTarget;
  afterEach(() => shop.close());

  it('is asked for in no part while somebody reads one partition, who is named', async () => {
    shop = await ShopTarget.on(SETUP, operations);
    const reader = await shop.target.connect();
    await reader.query(`SET application_name = 'report'`);
    for (const [kind, before] of PARTS) {
      for (const one of before) await shop.run(one);
      await reader.query('BEGIN; SELECT count(*) FROM people_0; SELECT pg_sleep(0.05)');
      const id = await shop.target.ensure(kind, shop.migration);
      await shop.target.works.work('spec', 200, new AbortController().signal);
      expect(await shop.target.job(id)).toMatchObject({
        kind,
        status: 'running',
        reason: expect.stringMatching(
          /^waits for a lock on people_0 that report \(pid \d+\) holds/,
        ),
      });
      await reader.query('ROLLBACK');
      expect(await shop.run(kind)).toMatchObject({ status: 'done' });
    }
  });
});
