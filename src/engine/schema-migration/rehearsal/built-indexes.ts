import type { IndexKey } from '../../../core/schema-migration/rehearsal/index-size.ts';
import type { TargetSession } from '../../ports/target-database.ts';

type Session = Pick<TargetSession, 'query'>;

/** An index of the copies; without columns where it is over an expression, or over rows that are all different. */
export interface CopiedIndex {
  readonly name: string;
  readonly table: string;
  readonly columns: readonly string[];
}

/** Every index in a schema. */
export async function indexesIn(session: Session, schema: string): Promise<readonly CopiedIndex[]> {
  return session.query<CopiedIndex>(
    `SELECT x.relname AS name, t.relname AS table, CASE WHEN i.indisunique OR i.indexprs IS NOT NULL THEN '{}' ELSE
       (SELECT array_agg(a.attname::text) FROM pg_attribute a
        WHERE a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey::int2[])) END AS columns
     FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
     WHERE x.relnamespace = to_regnamespace(quote_ident($1))`,
    [schema],
  );
}

/** What the planner knows of their keys on the real tables; where it knows nothing, all are taken to differ. */
export async function keysOf(
  session: Session,
  schema: string,
  indexes: readonly CopiedIndex[],
): Promise<readonly IndexKey[]> {
  const keys: IndexKey[] = [];
  for (const { table, columns } of indexes) {
    const known = await session.query<{ distinct: number; width: number; rows: number }>(
      `SELECT s.n_distinct::float8 AS distinct, s.avg_width AS width, greatest(c.reltuples, 1)::float8 AS rows
       FROM pg_stats s JOIN pg_namespace n ON n.nspname = s.schemaname
         JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = s.tablename
       WHERE s.schemaname = $1 AND s.tablename = $2 AND s.attname = ANY($3) AND NOT s.inherited`,
      [schema, table, columns],
    );
    const width = known.reduce((sum, one) => sum + one.width, 0) || USUAL_WIDTH;
    const isKnown = columns.length > 0 && known.length === columns.length;
    // Part of the rows that have a value of their own; columns are taken to have nothing to do with each other.
    const values = known.reduce(
      (product, one) => product * (one.distinct < 0 ? -one.distinct * one.rows : one.distinct),
      1,
    );
    keys.push({ table, width, distinct: isKnown ? values : -1 });
  }
  return keys;
}

/** A number or a short word. */
const USUAL_WIDTH = 8;
