import { identifier } from '../scalars/identifier.ts';
import { name } from '../scalars/name.ts';
import { sqlName } from '../scalars/sql-name.ts';
import { documentSchema } from './document-schema.ts';
import { optional, required } from './key.ts';
import { operationsSchema } from './operation.ts';
import { mapping } from './mapping.ts';

/** What is run on a target. */
export const schemaMigrationSchema = documentSchema(
  'SchemaMigration',
  mapping({
    target: required(name, 'Target that it runs on.'),
    from: required(identifier, "Schema that holds the old version's views."),
    to: required(identifier, "Schema that holds the new version's views."),
    schema: optional(sqlName, 'Schema of the tables themselves.', 'public'),
    operations: required(operationsSchema, 'What changes.'),
  }).refine(({ from, to, schema = 'public' }) => new Set([from, to, schema]).size === 3, {
    error: '`from`, `to` and the schema of the tables must be three different schemas',
  }),
  'What is run on a target database, with both directions of each conversion.',
);
