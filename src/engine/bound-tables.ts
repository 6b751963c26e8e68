import type { Bond } from '../core/conflict/bond.ts';
import { CrossfadeError } from '../core/errors.ts';
import type { Policy } from '../core/policy/policy.ts';
import { relationNames } from '../core/schema-migration/schema-migration.ts';
import { type TargetDatabase, TargetSqlError } from './ports/target-database.ts';

/** Bonds beyond this are those of a schema so wide that nobody changes two of its tables at once. */
const mostBonds = 1_000;

/** What ties tables of targets together. Reads only, over connections of its own. */
export class BoundTables {
  readonly #connect: (target: string) => Promise<TargetDatabase>;

  constructor(connect: (target: string) => Promise<TargetDatabase>) {
    this.#connect = connect;
  }

  /** The foreign keys and views that lead from a table of the policy to another. Throws `unavailable`, `refused`. */
  async of({ target, schemaMigration }: Policy): Promise<readonly Bond[]> {
    const database = await this.#connect(target);
    try {
      const values = [schemaMigration.schema, relationNames(schemaMigration), mostBonds + 1];
      const bonds = await database.query<Bond>(selectBonds, values);
      if (bonds.length <= mostBonds) return bonds;
      throw new CrossfadeError('refused', `more than ${mostBonds} foreign keys and views lead on`);
    } catch (fault) {
      if (!(fault instanceof TargetSqlError)) throw fault;
      const words = `what ties tables of ${target} together cannot be read: ${fault.message}`;
      throw new CrossfadeError('refused', words, { cause: fault });
    } finally {
      await database.close();
    }
  }
}

const selectBonds = `WITH far AS (
    SELECT c.oid, c.conname, e.rel, e.keys
    FROM pg_constraint c,
      LATERAL (VALUES (c.conrelid, c.conkey), (c.confrelid, c.confkey)) e (rel, keys)
    WHERE c.contype = 'f' AND c.conparentid = 0 AND c.conrelid <> c.confrelid
  ), read AS (
    SELECT DISTINCT w.ev_class AS oid, v.relname AS conname, d.refobjid AS rel, d.refobjsubid AS num
    FROM pg_depend d
    JOIN pg_rewrite w ON w.oid = d.objid AND d.classid = 'pg_rewrite'::regclass
    JOIN pg_class v ON v.oid = w.ev_class AND v.relkind IN ('v', 'm')
    WHERE d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0
  ), tied AS (
    SELECT 'foreign key' AS kind, oid, conname, rel, keys FROM far
    UNION ALL
    SELECT 'view', oid, conname, rel, array_agg(num::smallint) FROM read
    GROUP BY oid, conname, rel
  )
  SELECT t.kind, t.conname AS name, json_agg(json_build_object(
      'schema', n.nspname, 'table', r.relname, 'columns', (
        SELECT coalesce(json_agg(a.attname ORDER BY a.attnum), '[]') FROM pg_attribute a
        WHERE a.attrelid = t.rel AND a.attnum = ANY (t.keys))) ORDER BY n.nspname, r.relname) AS ends
  FROM tied t
  JOIN pg_class r ON r.oid = t.rel AND r.relkind IN ('r', 'p')
  JOIN pg_namespace n ON n.oid = r.relnamespace
  GROUP BY t.kind, t.oid, t.conname
  HAVING count(*) > 1 AND bool_or(n.nspname = $1 AND r.relname = ANY ($2::text[]))
  ORDER BY t.kind, t.conname LIMIT $3`;
