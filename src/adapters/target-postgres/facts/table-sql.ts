import { aclOf } from './access-sql.ts';
import { filesOf, rowsIn } from '../../../core/schema-migration/table-files.ts';

/** The application's own: neither PostgreSQL's, nor ours, nor switched off. Bits as in `pg_trigger.h`. */
/** Those that one partition alone has, too. */
const TRIGGERS = `
  SELECT coalesce(json_agg(json_build_object('name', t.tgname, 'before', (t.tgtype & 2) <> 0,
    'row', (t.tgtype & 1) <> 0, 'onInsert', (t.tgtype & 4) <> 0, 'onUpdate', (t.tgtype & 16) <> 0,
    'columns', (SELECT coalesce(json_agg(a.attname), '[]') FROM pg_attribute a
      WHERE a.attrelid = t.tgrelid AND a.attnum = ANY(t.tgattr))) ORDER BY t.tgname), '[]')
  FROM pg_trigger t WHERE (t.tgrelid = c.oid OR t.tgparentid = 0
      AND t.tgrelid IN (SELECT tree.relid FROM pg_partition_tree(c.oid) tree)) AND NOT t.tgisinternal AND t.tgenabled <> 'D'
    AND t.tgname NOT LIKE 'zzz\\_crossfade\\_%'`;

const RULES = `
  SELECT coalesce(json_agg(json_build_object('name', w.rulename, 'event', CASE w.ev_type
    WHEN '1' THEN 'select' WHEN '2' THEN 'update' WHEN '3' THEN 'insert' ELSE 'delete' END)
    ORDER BY w.rulename), '[]')
  FROM pg_rewrite w WHERE w.ev_class = c.oid AND w.ev_enabled <> 'D' AND c.relkind <> 'v'`;

/** Columns that an object of some catalog reads, by its dependencies. */
const columnsReadBy = (catalog: string, id: string): string => `
  (SELECT coalesce(json_agg(DISTINCT a.attname), '[]') FROM pg_depend d JOIN pg_attribute a
     ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
   WHERE d.classid = 'pg_catalog.${catalog}'::regclass AND d.objid = ${id}
     AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = c.oid AND d.refobjsubid > 0)`;

const READERS = `
  SELECT coalesce(json_agg(json_build_object(
    'name', quote_ident(vn.nspname) || '.' || quote_ident(v.relname),
    'materialized', v.relkind = 'm', 'columns', ${columnsReadBy('pg_rewrite', 'w.oid')})
    ORDER BY vn.nspname, v.relname), '[]')
  FROM pg_rewrite w JOIN pg_class v ON v.oid = w.ev_class JOIN pg_namespace vn ON vn.oid = v.relnamespace
  WHERE v.relkind IN ('v', 'm') AND vn.nspname <> ALL($3::text[]) AND EXISTS (SELECT FROM pg_depend d
    WHERE d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = w.oid
      AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = c.oid)`;

/** Whether a text holds a name as a word of its own, in SQL. */
const names = (text: string, name: string): string =>
  `${text} ~* ('(^|[^[:alnum:]_$])' || regexp_replace(${name}, '([^A-Za-z0-9_])', '\\\\\\1', 'g') || '($|[^[:alnum:]_$])')`;

/** By their text, for that is all that PostgreSQL has of most; not those of extensions, nor ours. */
const FUNCTIONS = `
  SELECT coalesce(json_agg(json_build_object(
    'name', quote_ident(fn.nspname) || '.' || quote_ident(p.proname),
    'columns', (SELECT coalesce(json_agg(a.attname ORDER BY a.attnum), '[]') FROM pg_attribute a
      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND ${names('body.text', 'a.attname')}))
    ORDER BY fn.nspname, p.proname), '[]')
  FROM pg_proc p JOIN pg_namespace fn ON fn.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang,
    LATERAL (SELECT coalesce(pg_get_function_sqlbody(p.oid), p.prosrc) AS text) body
  WHERE l.lanname NOT IN ('internal', 'c') AND fn.nspname <> ALL($3::text[])
    AND fn.nspname NOT IN ('pg_catalog', 'information_schema', 'crossfade')
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::regclass
      AND d.objid = p.oid AND d.deptype = 'e')
    AND (${names('body.text', 'c.relname')} OR EXISTS (SELECT FROM pg_trigger t
      WHERE t.tgrelid = c.oid AND t.tgfoid = p.oid AND t.tgenabled <> 'D'))`;

const POLICIES = `
  SELECT coalesce(json_agg(json_build_object('name', p.polname,
    'columns', ${columnsReadBy('pg_policy', 'p.oid')}) ORDER BY p.polname), '[]')
  FROM pg_policy p WHERE p.polrelid = c.oid`;

const PUBLICATIONS = `
  SELECT coalesce(json_agg(json_build_object('name', p.pubname, 'allTables', p.puballtables,
    'updates', p.pubupdate, 'filter', pg_get_expr(r.prqual, r.prrelid),
    'columns', (SELECT json_agg(a.attname ORDER BY a.attnum) FROM pg_attribute a
      WHERE a.attrelid = c.oid AND a.attnum = ANY(r.prattrs))) ORDER BY p.pubname), '[]')
  FROM pg_publication p LEFT JOIN pg_publication_rel r ON r.prpubid = p.oid AND r.prrelid = c.oid
  WHERE p.puballtables OR r.oid IS NOT NULL OR EXISTS (SELECT FROM pg_publication_namespace s
    WHERE s.pnpubid = p.oid AND s.pnnspid = c.relnamespace)`;

const IDENTIFIED = `c.relreplident = 'f' OR EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid
  AND i.indisvalid AND (c.relreplident = 'd' AND i.indisprimary
    OR c.relreplident = 'i' AND i.indisreplident))`;

/** `$1` schema and `$2` names of the tables, `$3` the versions' schemas. */
export const TABLES = `
  SELECT json_build_object('table', c.relname,
    'name', quote_ident(n.nspname) || '.' || quote_ident(c.relname),
    'owner', pg_get_userbyid(c.relowner), 'acl', ${aclOf('c.relacl', 'r', 'c.relowner')},
    'columns', (SELECT coalesce(json_agg(a.attname ORDER BY a.attnum), '[]') FROM pg_attribute a
      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
    'tablespace', coalesce(s.spcname, home.spcname),
    'bytes', (SELECT coalesce(sum(pg_table_size(f.oid)), 0) FROM ${filesOf('c.oid')} f),
    'indexBytes', (SELECT coalesce(sum(pg_indexes_size(f.oid)), 0) FROM ${filesOf('c.oid')} f),
    'rows', ${rowsIn('c.oid')},
    'partitioned', c.relkind = 'p',
    'children', (SELECT count(*) FROM pg_inherits h WHERE h.inhparent = c.oid),
    'parents', (SELECT coalesce(json_agg(h.inhparent::regclass), '[]')
      FROM pg_inherits h WHERE h.inhrelid = c.oid),
    'generated', (SELECT coalesce(json_agg(a.attname ORDER BY a.attnum), '[]') FROM pg_attribute a
      WHERE a.attrelid = c.oid AND a.attgenerated <> '' AND NOT a.attisdropped),
    'rls', json_build_object('enabled', c.relrowsecurity, 'forced', c.relforcerowsecurity,
      'policies', (${POLICIES})),
    'triggers', (${TRIGGERS}), 'rules', (${RULES}), 'readers', (${READERS}),
    'functions', (${FUNCTIONS}),
    'identified', ${IDENTIFIED}, 'publications', (${PUBLICATIONS}),
    'subscriptions', (SELECT coalesce(json_agg(b.subname), '[]') FROM pg_subscription_rel l
      JOIN pg_subscription b ON b.oid = l.srsubid WHERE l.srrelid = c.oid)) AS facts
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_database d ON d.datname = current_database()
    JOIN pg_tablespace home ON home.oid = d.dattablespace
    LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
  WHERE n.nspname = $1::text AND c.relname = ANY($2::text[]) AND c.relkind IN ('r', 'p')
  ORDER BY c.relname`;
