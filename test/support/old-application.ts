import type { OldStatement } from '../../src/core/schema-migration/trace/old-statements.ts';

const TABLES = Array.from({ length: 10 }, (_, n) => `t${n}`);

/** Ten tables, each with a view, and what stands beside them. */
export const OLD_SCHEMA = `${TABLES.map(
  (
    table,
  ) => `CREATE TABLE ${table} (id bigint PRIMARY KEY, a int DEFAULT 1, b text, note varchar(9), at timestamptz);
    CREATE VIEW ${table}_view AS SELECT id, a FROM ${table};`,
).join('\n')}
  CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql AS 'SELECT $1 * 2';
  CREATE TABLE kinds (id bigint, kind text);
  CREATE SCHEMA archive;`;

/** What an application asks of one table, with parameters where drivers have them. */
const statementsOf = (table: string): readonly string[] => [
  `SELECT * FROM ${table} WHERE id = $1`,
  `SELECT id, a, b FROM ${table} ORDER BY at DESC LIMIT $1`,
  `SELECT note FROM ${table} WHERE b = $1`,
  `SELECT count(*) FROM ${table}`,
  `SELECT lower(b) FROM ${table} WHERE at > now() - interval '1 day'`,
  `SELECT twice(a) FROM ${table}`,
  `SELECT max(at) FROM ${table} WHERE a BETWEEN $1 AND $2`,
  `SELECT id FROM ${table}_view WHERE a = $1`,
  `SELECT kind FROM ${table}_view JOIN kinds USING (id) JOIN ${table} USING (id)`,
  `INSERT INTO ${table} (id, a, b) VALUES ($1, $2, $3)`,
  `INSERT INTO ${table} (id, note) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET note = excluded.note`,
  `INSERT INTO ${table} VALUES ($1, 2, 'b', 'n', now()) RETURNING id`,
  `UPDATE ${table} SET a = a + 1 WHERE id = $1`,
  `UPDATE ${table} SET b = $1, at = now() WHERE id = ANY ($2)`,
  `UPDATE ${table} SET note = NULL WHERE note = $1 RETURNING id, note`,
  `DELETE FROM ${table} WHERE id = $1`,
  `DELETE FROM ${table} WHERE at < $1`,
  `WITH old AS (SELECT id FROM ${table} WHERE a > $1) SELECT count(*) FROM old`,
  `SELECT EXISTS (SELECT FROM ${table} WHERE b IS NULL)`,
  `SELECT b, sum(a) FROM ${table} GROUP BY b HAVING sum(a) > $1`,
];

/** What the version in use runs: twenty statements for each table. */
export const OLD_STATEMENTS: readonly OldStatement[] = TABLES.flatMap(statementsOf).map((sql) => ({
  sql,
  calls: 1,
}));
