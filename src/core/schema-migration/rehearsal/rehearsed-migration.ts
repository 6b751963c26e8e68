import { CrossfadeError } from '../../errors.ts';
import type { Operation } from '../operation.ts';
import type { SchemaMigration } from '../schema-migration.ts';

/** Schemas of rehearsals. They never outlive the transaction that made them. */
const REHEARSAL_PREFIX = 'crossfade_rehearsal_';

/**
 * The migration as it is tried on copies, in a schema and under a name of their own: nothing that is
 * made for it can meet what a rollout of the same migration makes.
 * @param tag eight letters or digits
 * @param schemas every schema of the database
 * @throws CrossfadeError `unsupported` for statements that name a schema: they would reach the real tables
 */
export function rehearsedMigration(
  migration: SchemaMigration,
  tag: string,
  schemas: readonly string[],
): SchemaMigration {
  const schema = `${REHEARSAL_PREFIX}${tag}`;
  return {
    name: `${migration.name}-${schema}`,
    from: `${schema}_old`,
    to: `${schema}_new`,
    schema,
    shadows: migration.schema,
    operations: migration.operations.map((one) => onCopies(one, schemas)),
  };
}

function onCopies(operation: Operation, schemas: readonly string[]): Operation {
  if (operation.operation === 'addForeignKey') {
    return { ...operation, references: { ...operation.references, schema: null } };
  }
  if (operation.operation === 'sql') refuseReachingOut(operation, schemas);
  return operation;
}

function refuseReachingOut(
  { table, expand, contract, down }: Extract<Operation, { operation: 'sql' }>,
  schemas: readonly string[],
): void {
  for (const [, quoted, bare] of `${expand};${contract};${down}`.matchAll(
    /(?:"([^"]+)"|([a-z_][\w$]*))\s*\./gi,
  )) {
    const name = quoted ?? (bare ?? '').toLowerCase();
    if (!schemas.includes(name) || name === 'pg_catalog') continue;
    throw new CrossfadeError(
      'unsupported',
      `the SQL on ${table} names the schema ${name}, so a rehearsal would reach the real tables; ` +
        'leave the schema out: names are those of the tables it is about',
    );
  }
}
