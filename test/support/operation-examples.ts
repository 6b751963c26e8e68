import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { parse } from 'yaml';
import type { SchemaMigration } from '../../src/core/schema-migration/schema-migration.ts';
import { operationsSchema } from '../../src/language/kinds/operation.ts';
import { operationsOf } from '../../src/language/resolve/operation-of.ts';
import { fencedBlocks } from './fenced-blocks.ts';

/** A page about an operation: its table, and the operation on it that it shows first. */
export const operationPages = globSync('docs/operations/*.md').map((page) => {
  const first = (language: string): string =>
    fencedBlocks(page).find((block) => block.language === language)?.text ?? '';
  return { page: basename(page), tables: first('sql'), operations: first('yaml') };
});

/** What a page shows, as a schema migration from `shown_v1` to `shown_v2`. */
export const shownMigration = (operations: string): SchemaMigration => ({
  name: 'shown',
  from: 'shown_v1',
  to: 'shown_v2',
  schema: 'public',
  operations: operationsOf(operationsSchema.parse(parse(operations))),
});
