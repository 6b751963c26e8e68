import { CrossfadeError } from '../../../core/errors.ts';
import { grantsFor, missing } from '../../../core/schema-migration/preflight/grants.ts';
import type { SchemaMigration } from '../../../core/schema-migration/schema-migration.ts';
import { TargetSqlError } from '../../ports/target-database.ts';
import type { TargetDatabase } from '../../ports/target-database.ts';

/**
 * What a refusal of the server means: the rights that the role lacks by now, with the statements that
 * give them. Null for any other fault.
 */
export async function missingRights(
  database: TargetDatabase,
  migration: SchemaMigration | null,
  fault: unknown,
): Promise<CrossfadeError | null> {
  if (!(fault instanceof TargetSqlError) || fault.sqlState !== '42501') return null;
  const facts = await database.facts(migration, null);
  const lacking = missing(grantsFor(facts, { migration, scratch: false }));
  if (lacking.length === 0) return null;
  const purposes = lacking.map(({ purpose }) => purpose).join(', and to ');
  const statements = lacking.map(({ sql }) => `${sql};`).join(' ');
  const message = `Role ${facts.role.name} lacks a right that it needs to ${purposes}. Mend it by: ${statements}`;
  return new CrossfadeError('refused', message, { cause: fault });
}
