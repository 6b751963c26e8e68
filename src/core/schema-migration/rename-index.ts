import { giving } from './change.ts';
import type { ChangeStatement, Relation } from './change.ts';
import { placed } from './concurrent-index.ts';
import { quoteExisting } from './identifier.ts';

/** @param on the table, whose schema an index is in as well */
export function renameIndex(on: Relation, from: string, to: string): ChangeStatement {
  const sql = `ALTER INDEX ${placed(on.schema, from)} RENAME TO ${quoteExisting(to)}`;
  return giving({ kind: 'index', on, name: to }, sql);
}
