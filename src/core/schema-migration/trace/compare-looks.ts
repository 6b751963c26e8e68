import { type LockLevel, lockLevels } from '../change.ts';
import type { TracedLock, TracedStatement } from './traced-statement.ts';

/** A table or an index, as one look at the server shows it. */
export interface SeenRelation {
  readonly oid: string;
  /** Without a schema where it is on the search path. */
  readonly name: string;
  readonly isIndex: boolean;
  /** The table itself, or the one that an index belongs to. */
  readonly table: string;
  /** Where it is stored; null for what stores nothing. */
  readonly file: string | null;
  readonly rows: number;
  /** Rows that this transaction has read from the first to the last, and those that it changed or deleted. */
  readonly read: number;
  readonly changed: number;
}

/** One look at the server from within a transaction. */
export interface Look {
  readonly relations: readonly SeenRelation[];
  readonly locks: readonly { readonly oid: string; readonly mode: string }[];
}

/** A look at all relations but the server's own. */
export const relationsSql = `
  SELECT c.oid::text AS oid, r.name, c.relkind = 'i' AS "isIndex",
    CASE WHEN t.oid IS NULL THEN r.name ELSE t.oid::regclass::text END AS "table",
    pg_relation_filenode(c.oid)::text AS file, greatest(c.reltuples, 0)::float8 AS rows,
    coalesce(pg_stat_get_xact_tuples_returned(c.oid), 0)::float8 AS read,
    coalesce(pg_stat_get_xact_tuples_updated(c.oid) + pg_stat_get_xact_tuples_deleted(c.oid), 0)::float8 AS changed
  FROM pg_class c CROSS JOIN LATERAL (SELECT c.oid::regclass::text AS name) r
  LEFT JOIN pg_index i ON i.indexrelid = c.oid LEFT JOIN pg_class t ON t.oid = i.indrelid
  WHERE c.relkind IN ('r', 'p', 'm', 'v', 'i')
    AND c.relnamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname ~ '^pg_' OR nspname = 'information_schema')`;

/** Locks of this session on relations. */
export const locksSql = `
  SELECT relation::text AS oid, mode FROM pg_locks
  WHERE pid = pg_backend_pid() AND locktype = 'relation' AND granted`;

/**
 * What happened between two looks. Locks are those that are held at the end, also from before.
 * @param first before the script began: what it makes itself is nobody's yet
 */
export function compareLooks(
  first: Look,
  before: Look,
  after: Look,
): Omit<TracedStatement, 'fault'> {
  const known = new Set(first.relations.map(({ oid }) => oid));
  const tables = before.relations.filter(({ isIndex, oid }) => !isIndex && known.has(oid));
  const later = new Map(after.relations.map((one) => [one.oid, one] as const));
  const grown = (count: 'read' | 'changed'): readonly string[] =>
    tables
      .filter((one) => one.rows > 0 && (later.get(one.oid)?.[count] ?? 0) - one[count] >= one.rows)
      .map(({ name }) => name);
  return {
    locks: heldOn(tables, after),
    rewritten: tables
      .filter(({ oid, file }) => file !== null && (later.get(oid)?.file ?? file) !== file)
      .map(({ name }) => name),
    indexed: builtOn(tables, before, after),
    read: grown('read'),
    changed: grown('changed'),
  };
}

function builtOn(known: readonly SeenRelation[], before: Look, after: Look): readonly string[] {
  const tables = new Set(known.map(({ name }) => name));
  const files = new Set(before.relations.map(({ file }) => file));
  const built = after.relations.filter(
    ({ isIndex, table, file }) => isIndex && tables.has(table) && !files.has(file),
  );
  return [...new Set(built.map(({ table }) => table))];
}

/** The strongest on each table. */
function heldOn(tables: readonly SeenRelation[], { locks }: Look): readonly TracedLock[] {
  return tables.flatMap(({ oid, name: table }) => {
    const modes = locks.filter((lock) => lock.oid === oid).map(({ mode }) => levelOf(mode));
    const level = lockLevels.findLast((one) => modes.includes(one));
    return level === undefined ? [] : [{ table, level }];
  });
}

/** The modes that plans do not know stand for the next weaker one, and EXCLUSIVE for one that stops writers. */
function levelOf(mode: string): LockLevel | undefined {
  const name = mode.replace(/Lock$/, '');
  if (name === 'RowShare') return 'AccessShare';
  if (name === 'Exclusive') return 'ShareRowExclusive';
  return lockLevels.find((level) => level === name);
}
