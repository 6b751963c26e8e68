import type { ChangeStatement, Relation } from './change.ts';
import { quoteExisting } from './identifier.ts';

/** An index that is on its way. */
export interface WantedIndex {
  /** Until contract; ours alone. */
  readonly interim: string;
  /** What people know it by. */
  readonly name: string;
  readonly unique: boolean;
  /** What stands behind the table's name in its definition. */
  readonly body: string;
}

/**
 * What still leads to a valid index, without a lock that anybody feels. One that a crash or a
 * cancellation left unfinished is of no use to queries and a burden to writes: it goes first.
 * @param found the index as it stands; undefined where there is none
 */
export function buildConcurrently(
  table: Relation,
  found: { readonly valid: boolean } | undefined,
  { interim, name, unique, body }: WantedIndex,
): readonly ChangeStatement[] {
  if (found?.valid === true) return [];
  const create =
    `CREATE ${unique ? 'UNIQUE ' : ''}INDEX CONCURRENTLY ${quoteExisting(interim)} ` +
    `ON ${placed(table.schema, table.name)} ${body}`;
  const drop = `DROP INDEX CONCURRENTLY IF EXISTS ${placed(table.schema, interim)}`;
  const lock = 'ShareUpdateExclusive';
  return [
    ...(found === undefined ? [] : [{ sql: drop, lock, words: `clears ${name} away` } as const]),
    { sql: create, lock, words: `builds ${name}` },
  ];
}

/** `"schema"."name"`, both as the catalog has them. */
export function placed(schema: string, name: string): string {
  return `${quoteExisting(schema)}.${quoteExisting(name)}`;
}
