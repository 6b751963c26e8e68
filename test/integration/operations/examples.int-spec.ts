import { basename } from 'node:path';
import { globSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { operationsSchema } from '../../../src/language/kinds/operation.ts';
import { operationsOf } from '../../../src/language/resolve/operation-of.ts';
import type { SchemaMigration } from '../../../src/core/schema-migration/schema-migration.ts';
import { fencedBlocks } from '../../support/fenced-blocks.ts';
import { UsersTarget } from '../../support/users-target.ts';

/** A page's table, and the operation on it that the page shows first. */
const pages = globSync('docs/operations/*.md').map((page) => {
  const first = (language: string): string =>
    fencedBlocks(page).find((block) => block.language === language)?.text ?? '';
  return { page: basename(page), tables: first('sql'), operations: first('yaml') };
});

const shown = (operations: string): SchemaMigration => ({
  name: 'shown',
  from: 'shown_v1',
  to: 'shown_v2',
  schema: 'public',
  operations: operationsOf(operationsSchema.parse(parse(operations))),
});

describe('the example of an operation', () => {
  let target: UsersTarget;
  afterEach(() => target.close());

  it.each(pages)('goes all the way on $page', async ({ tables, operations }) => {
    target = await UsersTarget.create(tables);
    const migration = shown(operations);
    for (const kind of ['expand', 'backfill', 'verify', 'contract'] as const) {
      expect(await target.run(kind, migration)).toMatchObject({ status: 'done', quarantined: 0 });
    }
    const { rows } = await target.admin.query<{ open: number }>(
      `SELECT count(*)::int AS open FROM pg_trigger WHERE tgname LIKE 'zzz_crossfade%'`,
    );
    expect(rows).toEqual([{ open: 0 }]);
  });

  it.each(pages)('goes back on $page', async ({ tables, operations }) => {
    target = await UsersTarget.create(tables);
    const migration = shown(operations);
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
