import { quoteExisting, quoteLiteral, shortId } from '../identifier.ts';
import { BACKUP_SCHEMA } from './backup-table.ts';

/** A table as it was saved. */
export interface BackedUpTable {
  readonly schema: string;
  readonly table: string;
  /** Those with values of their own, in order: what is generated is not saved. */
  readonly columns: readonly string[];
  readonly rows: string;
  /** Sum of a hash of every row's text: the same rows in any order give the same. */
  readonly hash: string;
  /** Files only: name, size and SHA-256 of what was written. */
  readonly file?: { readonly name: string; readonly bytes: number; readonly sha256: string };
}

/** What a table is before it is read. */
export type SavedColumns = Pick<BackedUpTable, 'schema' | 'table' | 'columns'>;

/** Settings under which values become text: the same on the way out, on the way in, and for hashes. */
export const TEXT_SETTINGS: Readonly<Record<string, string>> = {
  search_path: 'pg_catalog',
  DateStyle: 'ISO, YMD',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  bytea_output: 'hex',
  extra_float_digits: '1',
  lc_monetary: 'C',
  client_encoding: 'UTF8',
};

/** `$1` schema, `$2` table: `{ columns }`, or no row where there is no such table. */
export const SAVED_COLUMNS = `
  SELECT array_agg(a.attname::text ORDER BY a.attnum) AS columns
  FROM pg_attribute a WHERE a.attrelid = (SELECT c.oid FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p'))
    AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''`;

const list = (columns: readonly string[]): string => columns.map(quoteExisting).join(', ');

const nameOf = ({ schema, table }: SavedColumns): string =>
  `${quoteExisting(schema)}.${quoteExisting(table)}`;

export function copyOut(saved: SavedColumns): string {
  return `COPY (SELECT ${list(saved.columns)} FROM ${nameOf(saved)}) TO STDOUT`;
}

/** `{ rows, hash }` of a relation that has these columns. */
export function checksum(columns: readonly string[], relation: string): string {
  return (
    'SELECT count(*)::text AS rows, coalesce(sum(hashtextextended(' +
    `ROW(${list(columns)})::text COLLATE "C", 0)::numeric), 0)::text AS hash FROM ${relation}`
  );
}

export function sourceChecksum(saved: SavedColumns): string {
  return checksum(saved.columns, nameOf(saved));
}

/** The table that a file is restored into: of the session alone, and gone with its transaction. */
const SCRATCH = 'pg_temp.crossfade_scratch';

/** Types as they are, and nothing that could refuse a row. */
export function createScratch(saved: SavedColumns): string {
  return (
    `CREATE TEMP TABLE crossfade_scratch ON COMMIT DROP AS ` +
    `SELECT ${list(saved.columns)} FROM ${nameOf(saved)} LIMIT 0`
  );
}

export const copyIn = `COPY ${SCRATCH} FROM STDIN`;

export const scratchChecksum = ({ columns }: SavedColumns): string => checksum(columns, SCRATCH);

export const dropScratch = `DROP TABLE ${SCRATCH}`;

/** The name of a table's copy within the target, by the backup that it belongs to. */
export function copyName(backup: string, { schema, table }: SavedColumns): string {
  const name = `${shortId(`${backup}/${schema}/${table}`)}_${table}`.slice(0, 60);
  return `${BACKUP_SCHEMA}.${quoteExisting(name)}`;
}

/** Makes the copy anew, whatever an unfinished one left. */
export function createCopy(backup: string, saved: SavedColumns): readonly string[] {
  const copy = copyName(backup, saved);
  return [
    `CREATE SCHEMA IF NOT EXISTS ${BACKUP_SCHEMA}`,
    `DROP TABLE IF EXISTS ${copy}`,
    `CREATE TABLE ${copy} AS SELECT ${list(saved.columns)} FROM ${nameOf(saved)}`,
    `COMMENT ON TABLE ${copy} IS ${quoteLiteral(`crossfade: backup ${backup} of ${nameOf(saved)}`)}`,
  ];
}
