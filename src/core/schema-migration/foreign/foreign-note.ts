import { qualified } from '../identifier.ts';
import type { ForeignTable } from './foreign-history.ts';
import type { SummedMigration } from './foreign-standing.ts';

/** A statement with its parameters. */
interface Note {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** The line that the tool itself would have written. */
export function noteForeign(
  { tool, schema, name }: ForeignTable,
  file: SummedMigration,
  tookMs: number,
): Note {
  const table = qualified(schema, name);
  const { key, version, description, script, checksum } = file;
  switch (tool) {
    case 'flyway':
      return {
        sql: `INSERT INTO ${table} (installed_rank, version, description, type, script, checksum, installed_by,
            execution_time, success)
          SELECT coalesce(max(installed_rank), 0) + 1, $1::text, $2::text, 'SQL', $3::text, $4::integer,
            current_user, $5::integer, true FROM ${table}`,
        values: [version, description, script, checksum, tookMs],
      };
    case 'liquibase': {
      const [author, id] = key.split('::');
      return { sql: noteChangeset(table), values: [id, author, script, checksum] };
    }
    case 'typeorm':
      return {
        sql: `INSERT INTO ${table} ("timestamp", name) VALUES ($1::bigint, $2::text)`,
        values: [version, key],
      };
  }
}

/** Liquibase keeps one line for a changeset that it runs again. */
const noteChangeset = (table: string): string =>
  `WITH next AS (SELECT coalesce(max(orderexecuted), 0) + 1 AS place FROM ${table}),
    again AS (UPDATE ${table} SET dateexecuted = now(), orderexecuted = next.place, exectype = 'RERAN',
        md5sum = $4::text
      FROM next WHERE id = $1::text AND author = $2::text AND filename = $3::text RETURNING id)
    INSERT INTO ${table} (id, author, filename, dateexecuted, orderexecuted, exectype, md5sum, description)
    SELECT $1::text, $2::text, $3::text, now(), next.place, 'EXECUTED', $4::text, 'sql' FROM next
    WHERE NOT EXISTS (SELECT FROM again)`;
