import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { parse } from 'yaml';
import type { SchemaMigration } from '../../src/core/schema-migration/schema-migration.ts';
import { operationsSchema } from '../../src/language/kinds/operation.ts';
import { operationsOf } from '../../src/language/resolve/operation-of.ts';
import { fencedBlocks } from './fenced-blocks.ts';

/** A page about an operation: its table, and the operation on it that it shows first. */
export const operationPages = globSync('docs/operations/*.md').map((page) => ({
  page: basename(page),
  tables: shown(page, 'sql', 0),
  operations: shown(page, 'yaml', 0),
}));

/** The second tables of a page, with the operation behind them: the same on a partitioned table. */
export const partitionedExamples = globSync('docs/operations/*.md')
  .map((page) => ({
    page: `${basename(page)}, of a partitioned table`,
    tables: shown(page, 'sql', 1),
    operations: shown(page, 'yaml', 1),
  }))
  .filter(({ tables }) => tables.includes('PARTITION BY'));

function shown(page: string, language: string, which: number): string {
  return fencedBlocks(page).filter((block) => block.language === language)[which]?.text ?? '';
}

/** What a page shows, as a schema migration from `shown_v1` to `shown_v2`. */
export const shownMigration = (operations: string): SchemaMigration => ({
  name: 'shown',
  from: 'shown_v1',
  to: 'shown_v2',
  schema: 'public',
  operations: operationsOf(operationsSchema.parse(parse(operations))),
});
