import { CrossfadeError } from '../../errors.ts';
import { mentionedNames, renamedIn } from '../expression.ts';
import { qualified, quoteExisting } from '../identifier.ts';
import { leadTo } from '../lead-to.ts';
import type { AddCheck, AddForeignKey, DropNotNull, SetNotNull } from '../operation.ts';
import { orphanedRows } from '../orphaned-rows.ts';
import type { Finding, FindingCode, Severity } from './finding.ts';
import type { OperationCheck, Place } from './operation-check.ts';

/** Nobody mends one row less because there are more than these, and counting them all may take long. */
const COUNTED = 1_000;

/** Rows for which `up` yields NULL, where the new version is to be spared it. */
export function leftUnknown(
  { table, column, up }: SetNotNull,
  place: Place,
): readonly OperationCheck[] {
  if (!isReadable(up, { table, except: [column] }, place)) return [];
  return rowsWhere(`(${up}) IS NULL`, { table, place, code: 'nulls' }, (rows, find) => ({
    message: `\`up\` leaves NULL in ${rows} of ${table}, in ${column}, which is to hold none.`,
    remedy: `Let \`up\` yield a value in its place, such as coalesce(${quoteExisting(column)}, …), or mend the rows: ${find}`,
  }));
}

/** Rows that hold what `down` makes of NULL: they are taken for NULL of the new version (ADR 10). */
export function takenForNull(
  { table, column, down }: DropNotNull,
  place: Place,
): readonly OperationCheck[] {
  if (!isReadable(down, { table, except: [column] }, place)) return [];
  const made = renamedIn(down, column, 'NULL', `down of ${column}`);
  const same = `${quoteExisting(column)} = (${made})`;
  const about = { table, place, code: 'nulls', severity: 'warns' } as const;
  return rowsWhere(same, about, (rows, find) => ({
    message: `The new version reads NULL in ${rows} of ${table}, in ${column}: they hold what \`down\` gives for NULL.`,
    remedy: `If that is not meant, let \`down\` give a value that no row holds: ${find}`,
  }));
}

/** Rows that a check refuses, which is to hold for all of them. */
export function breakingCheck(
  { table, name, check, replaces }: AddCheck,
  place: Place,
): readonly OperationCheck[] {
  const except = replaces === null ? [] : [replaces.column];
  const read = replaces === null ? check : `(${replaces.up}) (${check})`;
  if (!isReadable(read, { table, except }, place)) return [];
  const held =
    replaces === null
      ? check
      : renamedIn(check, replaces.column, `(${replaces.up})`, `check ${name}`);
  const remedy =
    replaces === null
      ? 'Mend them, or give the new version a column of its own (`column` and `up`)'
      : 'Let `up` yield what fulfils it, or mend the rows';
  return rowsWhere(`(${held}) IS FALSE`, { table, place, code: 'check' }, (rows, find) => ({
    message: `The check ${name} is broken by ${rows} of ${table}.`,
    remedy: `${remedy}: ${find}`,
  }));
}

/** Rows that lead nowhere, where a foreign key is to hold for all of them. */
export function orphans(operation: AddForeignKey, place: Place): readonly OperationCheck[] {
  const { table, columns, references, name } = operation;
  const parent = leadTo({ references }, place.migration);
  const known =
    columns.every((one) => place.stands(table, one)) &&
    (!parent.isOurs || references.columns.every((one) => place.stands(parent.name, one)));
  if (!known) return [];
  const broken = orphanedRows(columns, parent, references.columns);
  const other = qualified(parent.schema, parent.name);
  return rowsWhere(broken, { table, place, code: 'orphans' }, (rows, find) => ({
    message: `The foreign key ${name} is broken by ${rows} of ${table}: what they lead to is not in ${other}.`,
    remedy: `Add what they lead to, set them to NULL, or delete them: ${find}`,
  }));
}

interface About {
  readonly table: string;
  readonly place: Place;
  readonly code: FindingCode;
  /** Absent: blocks. */
  readonly severity?: Severity;
}

/** None where statements of the author's own come first: nobody knows what those do to the rows. */
function rowsWhere(
  broken: string,
  { table: name, place: { migration }, code, severity = 'blocks' }: About,
  said: (rows: string, find: string) => Pick<Finding, 'message' | 'remedy'>,
): readonly OperationCheck[] {
  if (migration.operations.some(({ operation }) => operation === 'sql')) return [];
  const table = qualified(migration.schema, name);
  const from = `FROM ${table} AS _row WHERE ${broken}`;
  return [
    {
      sql:
        `SELECT count(*)::float8 AS found, '[]'::jsonb AS examples ` +
        `FROM (SELECT ${from} LIMIT ${COUNTED}) broken`,
      finding: (found) => ({
        code,
        severity,
        table,
        ...said(rowsWords(found), `SELECT * ${from};`),
      }),
      isTrial: true,
    },
  ];
}

function rowsWords(found: number): string {
  if (found >= COUNTED) return `at least ${COUNTED} rows`;
  return found === 1 ? '1 row' : `${found} rows`;
}

/**
 * False where an expression is none, speaks of columns that become something else, or of none that is there: then the
 * table itself may be new.
 */
function isReadable(
  sql: string,
  { table, except }: { readonly table: string; readonly except: readonly string[] },
  { has, stands }: Place,
): boolean {
  try {
    const read = [...mentionedNames(sql, 'an expression')].filter((name) => has(table, name));
    return read.length > 0 && read.every((one) => stands(table, one) || except.includes(one));
  } catch (fault) {
    if (fault instanceof CrossfadeError) return false;
    throw fault;
  }
}
