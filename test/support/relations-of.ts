import type { Client } from 'pg';

/** Everything that applications meet outside of schema `crossfade`: columns, views, triggers, rights. */
export async function relationsOf(client: Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ fact: string }>(`
    SELECT format('%s.%s %s %s', n.nspname, c.relname, c.relkind, c.relacl) AS fact
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${ours} AND c.relkind IN ('r', 'v')
    UNION ALL
    SELECT format('%s.%s column %s %s %s %s %s %s', n.nspname, c.relname, a.attname,
      format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid), a.attacl,
      col_description(c.oid, a.attnum))
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE ${ours} AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'v')
    UNION ALL
    SELECT format('%s view %s', n.nspname, pg_get_viewdef(c.oid))
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${ours} AND c.relkind = 'v'
    UNION ALL
    SELECT format('%s trigger %s', c.relname, pg_get_triggerdef(t.oid))
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE ${ours} AND NOT t.tgisinternal
    UNION ALL
    SELECT format('%s constraint %s', c.relname, pg_get_constraintdef(k.oid))
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE ${ours}
    UNION ALL SELECT format('schema %s %s', n.nspname, n.nspacl) FROM pg_namespace n WHERE ${ours}
    UNION ALL
    SELECT format('function %s', p.proname) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = 'crossfade' AND p.proname ~ '^(sync|pair)_'
    ORDER BY 1`);
  return rows.map(({ fact }) => fact);
}

const ours = `n.nspname NOT IN ('crossfade', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'`;
