/**
 * Where the rows of a table are: in its own file, or in those of its partitions. A partitioned table has
 * no size, no dead rows and, until somebody analyses it by hand, no number of rows.
 * @param table SQL of its number; what is yielded has `oid`, `reltuples` and `relpages`
 */
export const filesOf = (table: string): string =>
  `(SELECT r.oid, r.reltuples, r.relpages FROM pg_class r WHERE r.oid = ${table} AND r.relkind <> 'p' ` +
  `UNION ALL SELECT r.oid, r.reltuples, r.relpages FROM pg_partition_tree(${table}) t JOIN pg_class r ON r.oid = t.relid ` +
  `WHERE t.isleaf AND t.relid <> ${table})`;

/** The planner's figure; NULL where nobody ever counted a file that holds something. */
export const rowsIn = (table: string): string =>
  `(SELECT CASE WHEN NOT bool_or(f.reltuples < 0 AND pg_relation_size(f.oid) > 0) THEN ` +
  `sum(greatest(f.reltuples, 0))::float8 END FROM ${filesOf(table)} f)`;

/** Of all pages, the percentage that holds so many rows, as far as the planner knows. */
export const percentOf = (table: string, rows: string): string =>
  `(SELECT least(100, 100.0 * ${rows} / greatest(sum(greatest(f.reltuples, 0)), 1)) FROM ${filesOf(table)} f)`;
