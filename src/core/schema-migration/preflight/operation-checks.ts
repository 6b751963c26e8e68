import { qualified, quoteExisting } from '../identifier.ts';
import type { Operation } from '../operation.ts';
import type { SchemaMigration } from '../schema-migration.ts';
import type { Finding } from './finding.ts';

/** A question about the rows themselves that an operation wants answered before anything is created. */
export interface OperationCheck {
  /** Yields one row `{ found }`: how many rows, or groups of rows, stand in the way. */
  readonly sql: string;
  /** What that many mean; never asked for 0. */
  readonly finding: (found: number) => Finding;
}

type ChecksOf<One extends Operation> = (
  operation: One,
  migration: SchemaMigration,
) => readonly OperationCheck[];

/** What each operation asks; one that asks nothing is left out. */
const checks: {
  readonly [Name in Operation['operation']]?: ChecksOf<Extract<Operation, { operation: Name }>>;
} = {};

/** All questions of a migration, in the order of its operations. */
export function operationChecks(migration: SchemaMigration | null): readonly OperationCheck[] {
  if (migration === null) return [];
  return migration.operations.flatMap((operation) => {
    const ask: ChecksOf<never> | undefined = checks[operation.operation];
    return ask?.(operation as never, migration) ?? [];
  });
}

/**
 * Rows that would not be unique: for operations that add a unique constraint, index or key.
 * @param expressions over columns of the table, as they would stand in the index; a group in which
 * one of them is NULL counts as unique, unless `nullsEqual`
 */
export function duplicatesOf(
  place: { readonly schema: string; readonly table: string },
  expressions: readonly string[],
  nullsEqual = false,
): OperationCheck {
  const table = qualified(place.schema, place.table);
  const known = expressions.map((one) => `(${one}) IS NOT NULL`).join(' AND ');
  const where = nullsEqual ? '' : ` WHERE ${known}`;
  const over = expressions.map((one) => `(${one})`).join(', ');
  const columns = expressions.join(', ');
  return {
    sql:
      `SELECT count(*)::float8 AS found FROM (SELECT 1 FROM ${table} AS ${quoteExisting(place.table)}` +
      `${where} GROUP BY ${over} HAVING count(*) > 1) again`,
    finding: (found) => ({
      code: 'duplicates',
      severity: 'blocks',
      table: table,
      message: `${found === 1 ? '1 value occurs' : `${found} values occur`} more than once in (${columns}) of ${table}, which is to become unique.`,
      remedy: `Find them: SELECT ${columns}, count(*) FROM ${table} GROUP BY ${over} HAVING count(*) > 1;`,
    }),
  };
}
