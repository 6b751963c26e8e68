import type pg from 'pg';
import { heldTogether } from './catalog-of.ts';

/** What a schema holds, each thing under a name of its own: enough to tell two schemas apart. */
export type Schema = Readonly<Record<string, string>>;

/**
 * Tables, columns, what holds them together, triggers, rights and comments of schema `public`, whatever
 * the order of the columns. What a migration has put aside is left out, and so are its own marks.
 */
export async function schemaOf(client: pg.Client): Promise<Schema> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `WITH t AS (SELECT c.oid, c.relname, c.relacl, c.relowner, c.relrowsecurity, c.relreplident FROM pg_class c
       WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v'))
     SELECT relname AS name, concat_ws(' ', relrowsecurity, relreplident) AS definition FROM t
     UNION ALL
     SELECT relname || '.' || a.attname, concat_ws(' ', format_type(a.atttypid, a.atttypmod), a.attcollation::regcollation,
       a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid), a.attacl)
     FROM t JOIN pg_attribute a ON a.attrelid = t.oid LEFT JOIN pg_attrdef d ON d.adrelid = t.oid AND d.adnum = a.attnum
     WHERE a.attnum > 0 AND NOT a.attisdropped AND NOT starts_with(a.attname, '_crossfade_')
     UNION ALL
     SELECT relname || ' trigger ' || g.tgname, pg_get_triggerdef(g.oid)
     FROM t JOIN pg_trigger g ON g.tgrelid = t.oid AND NOT g.tgisinternal
     UNION ALL
     SELECT relname || ' to ' || e.grantee::regrole, string_agg(e.privilege_type, ' ' ORDER BY e.privilege_type)
     FROM t, aclexplode(coalesce(relacl, acldefault('r', relowner))) e GROUP BY 1
     UNION ALL
     SELECT relname || ' comment ' || coalesce(a.attname, ''), s.description
     FROM t JOIN pg_description s ON s.objoid = t.oid AND s.classoid = 'pg_class'::regclass
       LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = s.objsubid AND a.attnum > 0
     WHERE NOT starts_with(s.description, 'crossfade:')`,
  );
  const own = Object.fromEntries(rows.map(({ name, definition }) => [name, definition]));
  return { ...own, ...(await heldTogether(client)) };
}

/** Every row of a table as text, by its first column, whatever the order of the others. */
export async function rowsOf(client: pg.Client, table: string): Promise<readonly unknown[]> {
  const { rows } = await client.query<{ row: Record<string, unknown> }>(
    `SELECT to_jsonb(t) AS row FROM ${table} t ORDER BY 1`,
  );
  return rows.map(({ row }) =>
    Object.fromEntries(
      Object.entries(row)
        .filter(([name]) => !name.startsWith('_crossfade_'))
        .toSorted(([one], [other]) => one.localeCompare(other)),
    ),
  );
}
