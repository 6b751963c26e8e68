import { mentionedNames } from '../schema-migration/expression.ts';
import type { AddColumn, ChangeType, Operation } from '../schema-migration/operation.ts';
import { fault, type Finding, warning } from './finding.ts';

type Converting = AddColumn | ChangeType;

/** What is declared not to come back: allowed where it can be carried out, and said before anything starts. */
export function checkLoss(operation: Operation, at: Finding['path']): Finding[] {
  if (operation.operation !== 'addColumn' && operation.operation !== 'changeType') return [];
  if (!('up' in operation)) return [];
  const { lossy, reversible, table, column } = operation;
  if (reversible !== undefined) {
    const what = `reversible while ${reversible.while} in every row of ${table}.${column}: the first row past that freezes the rollout, and from then on a rollback would lose data`;
    return [warning([...at, 'reversible'], what)];
  }
  if (lossy === undefined || lossy === 'up') return [];
  const what = `from the first unit on the new side on, a rollback leaves the old version with what \`down\` makes of ${table}.${column}; the new value stays in its own column`;
  return [...neverFilled(operation, at), warning([...at, 'lossy'], what)];
}

/**
 * Where `down` loses, a row is in step when `down` of its new value is the old one: that is how backfill
 * knows a NULL that the new side wrote. A `down` that gives the old value for NULL says so of every row.
 */
function neverFilled(operation: Converting, at: Finding['path']): Finding[] {
  if (operation.operation === 'changeType') return [];
  const { table, column } = operation;
  return Object.entries(operation.down)
    .filter(([fed, down]) => keepsOld(fed, down, column))
    .map(([fed, down]) =>
      fault(
        [...at, 'down', fed],
        `with \`lossy\` no row would be filled: where ${column} is NULL, \`${down}\` gives ${fed} as it is, as if the new version had written that NULL to ${table}.${column}; ` +
          `let it give NULL there, or what stands for it`,
      ),
    );
}

/** True for a `down` that never reads the new value, and for one that falls back to the old one. */
function keepsOld(fed: string, down: string, column: string): boolean {
  try {
    const names = mentionedNames(down, 'down');
    if (!names.has(column)) return names.has(fed);
    const last = /^\s*coalesce\s*\(.*,\s*("?)([^",()]+?)\1\s*\)\s*$/is.exec(down)?.[2];
    return last === fed;
  } catch {
    // What is no expression is refused, in its own words, when it meets the target.
    return false;
  }
}
