/**
 * What a catalog says about some tables and the views of two versions: a name in words for each thing,
 * and what it is. Left out is what Crossfade has put aside, which it clears away in its own time, and
 * indexes and constraints that are on their way.
 */
export type CatalogFacts = Readonly<Record<string, string>>;

const aside = (attribute: string): string => `left(${attribute}, 11) = '_crossfade_'`;

const RELATIONS = `SELECT c.oid, c.relname, c.relkind, c.relrowsecurity, c.relforcerowsecurity, c.relowner,
      c.relpersistence, n.nspname
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relname = ANY(tables) AND c.relkind IN ('r', 'p', 'v', 'f', 'm')
      AND (n.nspname = table_schema OR n.nspname = ANY(versions))`;

const TABLES = `SELECT CASE c.relkind WHEN 'v' THEN 'view ' ELSE 'table ' END || format('%I.%I', c.nspname, c.relname),
    format('owned by %I', pg_get_userbyid(c.relowner))
      || CASE c.relkind WHEN 'p' THEN ', partitioned' WHEN 'f' THEN ', foreign' WHEN 'm' THEN ', materialized' ELSE '' END
      || CASE WHEN c.relpersistence = 'u' THEN ', unlogged' ELSE '' END
      || CASE WHEN c.relrowsecurity THEN ', row security' ELSE '' END
      || CASE WHEN c.relforcerowsecurity THEN ' forced' ELSE '' END
      || CASE c.relkind WHEN 'v' THEN ':' || pg_get_viewdef(c.oid) ELSE '' END
  FROM relations c`;

const COLUMNS = `SELECT format('column %I.%I.%I', c.nspname, c.relname, a.attname),
    format_type(a.atttypid, a.atttypmod)
      || CASE WHEN a.attcollation <> t.typcollation THEN format(' collate %s', a.attcollation::regcollation) ELSE '' END
      || CASE WHEN a.attnotnull THEN ', not null' ELSE '' END
      || CASE a.attidentity WHEN '' THEN '' ELSE ', identity' END
      || CASE a.attgenerated WHEN '' THEN coalesce(', default ' || pg_get_expr(d.adbin, d.adrelid), '')
           ELSE ', generated as ' || pg_get_expr(d.adbin, d.adrelid) END
  FROM relations c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE c.relkind <> 'v' AND NOT ${aside('a.attname')}`;

const CONSTRAINTS = `SELECT format('constraint %I on %I.%I', k.conname, c.nspname, c.relname),
    pg_get_constraintdef(k.oid)
  FROM relations c JOIN pg_constraint k ON k.conrelid = c.oid AND k.conparentid = 0
  WHERE k.contype IN ('p', 'u', 'c', 'f', 'x') AND NOT ${aside('k.conname')}
    AND NOT ${ofAside('k.conrelid', 'k.conkey')}`;

const INDEXES = `SELECT format('index %I on %I.%I', x.relname, c.nspname, c.relname),
    CASE WHEN i.indisvalid THEN '' ELSE 'invalid: ' END || pg_get_indexdef(i.indexrelid)
  FROM relations c JOIN pg_index i ON i.indrelid = c.oid JOIN pg_class x ON x.oid = i.indexrelid
  WHERE NOT ${aside('x.relname')} AND NOT ${ofAside('i.indrelid', 'i.indkey::int2[]')}
    AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.conrelid = c.oid)`;

const TRIGGERS = `SELECT format('trigger %I on %I.%I', t.tgname, c.nspname, c.relname),
    CASE t.tgenabled WHEN 'O' THEN '' WHEN 'D' THEN 'disabled: ' ELSE format('enabled %s: ', t.tgenabled) END || pg_get_triggerdef(t.oid)
  FROM relations c JOIN pg_trigger t ON t.tgrelid = c.oid WHERE NOT t.tgisinternal`;

const POLICIES = `SELECT format('policy %I on %I.%I', p.polname, c.nspname, c.relname),
    concat_ws(' ', p.polcmd, pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
  FROM relations c JOIN pg_policy p ON p.polrelid = c.oid`;

function ofAside(relation: string, numbers: string): string {
  return `EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = ${relation}
      AND a.attnum = ANY(${numbers}) AND ${aside('a.attname')})`;
}

/** `crossfade.catalog_facts(table_schema, tables, versions)`: the facts as jsonb, fully qualified. */
export const CATALOG_FACTS = `CREATE OR REPLACE FUNCTION crossfade.catalog_facts(
  table_schema text, tables text[], versions text[]) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $crossfade$
  WITH relations AS (${RELATIONS}), facts(name, fact) AS (
    ${[TABLES, COLUMNS, CONSTRAINTS, INDEXES, TRIGGERS, POLICIES].join('\n    UNION ALL\n    ')}
  ) SELECT coalesce(jsonb_object_agg(name, fact), '{}') FROM facts
$crossfade$`;
