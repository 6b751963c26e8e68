import { afterEach, describe, expect, it } from '@jest/globals';
import type { JobKind } from '../../../src/core/schema-migration/job.ts';
import {
  operationPages,
  partitionedExamples,
  shownMigration,
} from '../../support/operation-examples.ts';
import { UsersTarget } from '../../support/users-target.ts';

/** All that the catalog says of the example's tables and of both versions' views. */
async function factsOf({ admin }: UsersTarget): Promise<unknown> {
  const { rows } = await admin.query<{ facts: unknown }>(
    `SELECT crossfade.catalog_facts('public', (SELECT array_agg(DISTINCT relname::text) FROM pg_class),
       ARRAY['shown_v1', 'shown_v2']) AS facts`,
  );
  return rows[0]?.facts;
}

describe('the example of an operation', () => {
  let target: UsersTarget;
  afterEach(() => target.close());

  it.each([...operationPages, ...partitionedExamples])(
    'goes all the way, and comes back after contract, on $page',
    async ({ tables, operations }) => {
      target = await UsersTarget.create(tables);
      const migration = shownMigration(operations);
      const carriedOut = async (...kinds: readonly JobKind[]): Promise<void> => {
        for (const kind of kinds) {
          const state = await target.run(kind, migration);
          expect(state).toMatchObject({ kind, status: 'done', quarantined: 0 });
        }
      };
      await carriedOut('expand', 'backfill', 'verify');
      const before = await factsOf(target);
      await carriedOut('contract');
      const { rows } = await target.admin.query<{ open: number }>(
        `SELECT count(*)::int AS open FROM pg_trigger WHERE tgname LIKE 'zzz_crossfade%'`,
      );
      expect(rows).toEqual([{ open: 0 }]);
      await carriedOut('restore');
      expect(await factsOf(target)).toEqual(before);
      await target.admin.query(`DELETE FROM crossfade.job WHERE kind = 'verify'`);
      expect(await target.run('verify', migration)).toMatchObject({
        differences: 0,
        quarantined: 0,
      });
    },
  );

  it.each(operationPages)(
    'tells old code on $page that its version is gone',
    async ({ tables, operations }) => {
      target = await UsersTarget.create(tables);
      const migration = shownMigration(operations);
      for (const kind of ['expand', 'backfill', 'verify', 'contract'] as const) {
        await target.run(kind, migration);
      }
      const { rows: views } = await target.admin.query<{ name: string }>(
        `SELECT format('%I.%I', schemaname, viewname) AS name FROM pg_views WHERE schemaname = 'shown_v1'`,
      );
      const app = await target.application();
      for (const { name } of views) {
        for (const sql of [`SELECT * FROM ${name}`, `DELETE FROM ${name}`]) {
          await expect(app.query(sql)).rejects.toMatchObject({
            code: '55000',
            message: expect.stringMatching(
              /is gone: schema migration shown has been completed on \d{4}-\d\d-\d\d by r1$/,
            ),
            hint: expect.stringMatching(
              /Until \d{4}-\d\d-\d\d the old one can be brought back: crossfade restore r1 --confirm r1$/,
            ),
          });
        }
      }
    },
  );

  it.each(operationPages)('goes back on $page', async ({ tables, operations }) => {
    target = await UsersTarget.create(tables);
    const migration = shownMigration(operations);
    for (const kind of ['expand', 'backfill', 'retire'] as const) {
      expect(await target.run(kind, migration)).toMatchObject({ status: 'done' });
    }
    const { rows } = await target.admin.query<{ left: number }>(
      `SELECT count(*)::int AS left FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = 'shown_v2'`,
    );
    expect(rows).toEqual([{ left: 0 }]);
  });
});
