import { qualified } from '../identifier.ts';
import { flywayKey } from './flyway-file.ts';
import type { ForeignEntry, ForeignTool } from './foreign-migration.ts';

/** A table in which another tool keeps what it has carried out. */
export interface ForeignTable {
  readonly tool: ForeignTool;
  readonly schema: string;
  readonly name: string;
  /** False where the role must not read it. */
  readonly readable: boolean;
}

/** What a tool calls its table unless it is told otherwise, and the columns of it, which tell more than a name. */
const KEPT: Readonly<Record<ForeignTool, { readonly name: string; readonly columns: string }>> = {
  flyway: {
    name: 'flyway_schema_history',
    columns:
      'installed_rank version description type script checksum installed_by installed_on execution_time success',
  },
  liquibase: {
    name: 'databasechangelog',
    columns: 'id author filename dateexecuted orderexecuted exectype md5sum description',
  },
  typeorm: { name: 'migrations', columns: 'id timestamp name' },
};

/** Yields a `ForeignTable` for each that may be one; of few columns only by a name that says so. */
export const FIND_FOREIGN = Object.entries(KEPT)
  .map(
    ([tool, { columns }]) =>
      `SELECT '${tool}' AS tool, n.nspname AS schema, c.relname AS name,
         has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') AS readable
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'crossfade'
         AND (cardinality(string_to_array('${columns}', ' ')) > 3 OR c.relname LIKE '%migration%')
         AND (SELECT array_agg(a.attname::text) FROM pg_attribute a
           WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
         @> string_to_array('${columns}', ' ')`,
  )
  .join(' UNION ALL ');

/** The histories among them: a tool that keeps one by its own name keeps no other beside it. */
export function foreignTables(found: readonly ForeignTable[]): readonly ForeignTable[] {
  const isNamed = ({ tool, name }: ForeignTable): boolean => name === KEPT[tool].name;
  const named = new Set(found.filter(isNamed).map(({ tool }) => tool));
  return found.filter((one) => isNamed(one) || !named.has(one.tool));
}

/** A line as it is read; the tool's own fields by other names. */
export interface ForeignLine extends Omit<ForeignEntry, 'tool' | 'table' | 'key' | 'takenBack'> {
  readonly author: string | null;
}

/** Reads the lines of a table, in the order in which they were written. */
export function readForeign({ tool, schema, name }: ForeignTable): string {
  const table = qualified(schema, name);
  const at = (column: string): string =>
    `round(extract(epoch FROM ${column}) * 1000)::float8 AS at`;
  switch (tool) {
    case 'flyway':
      return `SELECT version, description, type, script, checksum::text AS checksum, NULL AS author,
        installed_by AS by, ${at('installed_on::timestamptz')}, execution_time::float8 AS "durationMs", success
        FROM ${table} WHERE type <> 'SCHEMA' ORDER BY installed_rank`;
    case 'liquibase':
      return `SELECT id AS version, concat(author, ':', id) AS description, exectype AS type,
        filename AS script, md5sum AS checksum, author, NULL AS by, ${at('dateexecuted::timestamptz')},
        NULL::float8 AS "durationMs", exectype <> 'FAILED' AS success FROM ${table} ORDER BY orderexecuted`;
    case 'typeorm':
      // When it was carried out TypeORM does not say; the number is when it was written.
      return `SELECT timestamp::text AS version, name AS description, 'TYPEORM' AS type, name AS script,
        NULL AS checksum, NULL AS author, NULL AS by, NULL::float8 AS at, NULL::float8 AS "durationMs",
        true AS success FROM ${table} ORDER BY id`;
  }
}

/** What a table says was carried out, in that order. */
export function foreignEntries(
  table: ForeignTable,
  lines: readonly ForeignLine[],
): readonly ForeignEntry[] {
  const entries: ForeignEntry[] = [];
  for (const line of lines) {
    const entry = foreignEntry(table, line);
    const takesBack = takingBack(entry);
    if (takesBack === null) entries.push(entry);
    else {
      const at = entries.findLastIndex((one) => one.key === entry.key && one.takenBack === null);
      const taken = entries[at];
      if (taken !== undefined) entries[at] = { ...taken, takenBack: takesBack };
    }
  }
  return entries;
}

/** Flyway's `undo` and `repair` write lines that are about an earlier one. */
function takingBack({ tool, type, success }: ForeignEntry): ForeignEntry['takenBack'] {
  if (tool !== 'flyway' || !success) return null;
  if (type.startsWith('UNDO')) return 'undone';
  return type === 'DELETE' ? 'deleted' : null;
}

function foreignEntry(
  { tool, schema, name }: ForeignTable,
  { author, ...line }: ForeignLine,
): ForeignEntry {
  const key = keyOf(tool, line, author);
  return { ...line, tool, table: `${schema}.${name}`, key, takenBack: null };
}

function keyOf(
  tool: ForeignTool,
  line: Omit<ForeignLine, 'author'>,
  author: string | null,
): string {
  switch (tool) {
    case 'flyway':
      return flywayKey({ ...line, isBaseline: line.type.endsWith('BASELINE') });
    case 'liquibase':
      return `${author ?? ''}::${line.version ?? ''}`;
    case 'typeorm':
      return line.script;
  }
}
