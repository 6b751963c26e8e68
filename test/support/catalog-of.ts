import type pg from 'pg';

/** What holds a table's rows together, as PostgreSQL writes it down, by name. */
export type HeldTogether = Readonly<Record<string, string>>;

/**
 * Every index and constraint of the tables in schema `public`, with what is not valid marked, and without what
 * PostgreSQL keeps of a foreign key for each part of where it leads, under names of its own.
 */
export async function heldTogether(client: pg.Client): Promise<HeldTogether> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `SELECT c.relname || '.' || x.relname || CASE WHEN i.indisvalid THEN '' ELSE ' (invalid)' END AS name,
       pg_get_indexdef(x.oid) AS definition
     FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class c ON c.oid = i.indrelid
     WHERE x.relnamespace = 'public'::regnamespace
     UNION ALL
     SELECT c.relname || ': ' || k.conname, pg_get_constraintdef(k.oid)
     FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid LEFT JOIN pg_constraint o ON o.oid = k.conparentid
     WHERE k.connamespace = 'public'::regnamespace AND k.contype <> 'n' AND o.conrelid IS DISTINCT FROM k.conrelid
     UNION ALL
     SELECT c.relname || '.' || a.attname || ' not null', ''
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND a.attnotnull
     ORDER BY 1`,
  );
  return Object.fromEntries(rows.map(({ name, definition }) => [name, definition]));
}
