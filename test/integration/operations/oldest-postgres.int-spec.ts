import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { openTargetPostgres } from '../../../src/adapters/target-postgres/open-target-postgres.ts';
import type { Operation } from '../../../src/core/schema-migration/operation.ts';
import { tryStatements } from '../../../src/engine/schema-migration/rehearsal/try-statements.ts';
import { startDebianPostgres } from '../../support/debian-postgres.ts';
import type { DebianPostgres } from '../../support/debian-postgres.ts';
import { operationPages, shownMigration } from '../../support/operation-examples.ts';
import { ShopTarget } from '../../support/shop-target.ts';
import { USERS_BIRTHDATE, UsersTarget } from '../../support/users-target.ts';

/** The oldest server that a target may be; the other specs run on the newest. */
describe('on the oldest PostgreSQL', () => {
  let debian: DebianPostgres;
  let target: UsersTarget;
  beforeAll(async () => {
    debian = await startDebianPostgres();
  });
  afterEach(() => target.close());
  afterAll(() => debian.close());

  it.each(operationPages)(
    'the example goes all the way on $page',
    async ({ tables, operations }) => {
      target = await UsersTarget.create(tables, debian.url);
      const migration = shownMigration(operations);
      for (const kind of ['expand', 'backfill', 'verify', 'contract'] as const) {
        expect(await target.run(kind, migration)).toMatchObject({ status: 'done', quarantined: 0 });
      }
    },
  );

  it('what a service lists is tried although pg_stat_statements is installed and not loaded', async () => {
    target = await UsersTarget.create(undefined, debian.url);
    await target.admin.query('CREATE EXTENSION pg_stat_statements');
    const database = openTargetPostgres(target.url);
    const listed = [{ sql: 'SELECT dob FROM users', calls: null }];
    const { broken } = await tryStatements(database, USERS_BIRTHDATE, { listed, tag: 'a1b2c3d4' });
    await database.close();
    expect(broken[0]).toMatchObject({ sql: 'SELECT dob FROM users', after: 'contract' });
  });

  /** A write of the old version, one of the new, and what both leave in `value`, as both see it. */
  it.each<[string, string, Operation, readonly [string, string], readonly [unknown, unknown]]>([
    [
      'changeType',
      'text',
      {
        operation: 'changeType',
        table: 'things',
        column: 'value',
        type: 'integer',
        up: 'value::integer',
        down: 'value::text',
      },
      [`'7'`, '8'],
      ['8', 8],
    ],
    [
      'setNotNull',
      'text',
      { operation: 'setNotNull', table: 'things', column: 'value', up: `coalesce(value, '')` },
      ['NULL', `'new'`],
      ['new', 'new'],
    ],
    [
      'dropNotNull',
      `text NOT NULL DEFAULT ''`,
      { operation: 'dropNotNull', table: 'things', column: 'value', down: `coalesce(value, '')` },
      [`'old'`, 'NULL'],
      ['', null],
    ],
  ])('%s keeps both versions in step, and goes back', async (_, type, operation, writes, seen) => {
    const setup = `CREATE TABLE things (id int PRIMARY KEY, value ${type}); INSERT INTO things VALUES (1, '1'), (2, '2')`;
    const shop = await ShopTarget.on(setup, [operation], debian.url);
    target = shop.target;
    await shop.run('expand', 'backfill', 'verify');
    await shop.app(`UPDATE shop_v1.things SET value = ${writes[0]} WHERE id = 1`);
    await shop.app(`UPDATE shop_v2.things SET value = ${writes[1]} WHERE id = 1`);
    const value = async (view: string): Promise<unknown> =>
      (await shop.app(`SELECT value FROM ${view}.things WHERE id = 1`))[0]?.['value'];
    expect([await value('shop_v1'), await value('shop_v2')]).toEqual(seen);
    expect(await shop.run('retire')).toMatchObject({ status: 'done' });
    expect(await shop.admin('SELECT value FROM things WHERE id = 1')).toEqual([{ value: seen[0] }]);
  });
});
