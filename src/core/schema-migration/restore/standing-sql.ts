import { column } from '../idempotent-ddl.ts';

/**
 * What the tables of a migration were when its contract began, until their trash is emptied. Written
 * once for each contract; a restore undoes by it whatever was done, without knowing the operation.
 */
export const STANDING_TABLE: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS crossfade.standing (
    migration text PRIMARY KEY, rollout text NOT NULL, job text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(), contracted_at timestamptz,
    keep_until timestamptz, restored_at timestamptz, facts jsonb NOT NULL, catalog jsonb NOT NULL)`,
  column('job', 'trash_for_ms', 'bigint'),
];

/** Tables by schema and name: `{ number }`, for `$1` schema and `$2` names. */
export const NUMBERS_SQL = `SELECT c.oid::text AS number FROM pg_class c
  WHERE c.relnamespace = to_regnamespace(quote_ident($1)) AND c.relname = ANY($2) AND c.relkind IN ('r', 'p')`;

const grants = (acl: string, owner: string, what: string): string =>
  `(SELECT coalesce(jsonb_agg(format('GRANT %s ON ${what} TO %s', e.privilege_type, x.at,
      CASE e.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(e.grantee)) END) ORDER BY e.grantee, e.privilege_type), '[]')
    FROM aclexplode(${acl}) e WHERE e.grantee <> ${owner})`;

const SEQUENCE = `(SELECT jsonb_build_object('name', x.at, 'type', format_type(q.seqtypid, NULL),
    'options', format('SEQUENCE NAME %s START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s CACHE %s%s', x.at,
      q.seqstart, q.seqincrement, q.seqmin, q.seqmax, q.seqcache, CASE WHEN q.seqcycle THEN ' CYCLE' ELSE '' END),
    'grants', ${grants('x.relacl', 'x.relowner', 'SEQUENCE %s')})
  FROM pg_depend o JOIN (SELECT s.*, s.oid::regclass::text AS at FROM pg_class s) x ON x.oid = o.objid AND x.relkind = 'S'
    JOIN pg_sequence q ON q.seqrelid = x.oid
  WHERE o.classid = 'pg_class'::regclass AND o.refclassid = 'pg_class'::regclass
    AND o.refobjid = c.oid AND o.refobjsubid = a.attnum AND o.deptype IN ('a', 'i') LIMIT 1)`;

const COLUMNS = `(SELECT jsonb_agg(jsonb_build_object('number', a.attnum, 'name', a.attname, 'notNull', a.attnotnull,
    'default', CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END,
    'identity', CASE a.attidentity WHEN 'a' THEN 'ALWAYS' WHEN 'd' THEN 'BY DEFAULT' END,
    'sequence', ${SEQUENCE}, 'comment', col_description(c.oid, a.attnum)) ORDER BY a.attnum)
  FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)`;

const CONSTRAINTS = `(SELECT jsonb_agg(jsonb_build_object('number', k.oid::text, 'name', k.conname,
    'kind', CASE k.contype WHEN 'p' THEN 'primary' WHEN 'u' THEN 'unique' WHEN 'c' THEN 'check'
      WHEN 'f' THEN 'foreign' ELSE 'exclusion' END,
    'definition', pg_get_constraintdef(k.oid), 'validated', k.convalidated,
    'comment', obj_description(k.oid, 'pg_constraint'),
    'index', CASE WHEN k.contype IN ('p', 'u', 'x') THEN k.conindid::text END) ORDER BY k.oid)
  FROM pg_constraint k WHERE k.conrelid = c.oid AND k.conparentid = 0 AND k.contype IN ('p', 'u', 'c', 'f', 'x'))`;

const INDEXES = `(SELECT jsonb_agg(jsonb_build_object('number', x.oid::text, 'name', x.relname,
    'unique', i.indisunique, 'valid', i.indisvalid,
    'body', substr(pg_get_indexdef(x.oid), position(' ON ' IN pg_get_indexdef(x.oid)) + 4),
    'owned', EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.oid AND k.conrelid = c.oid AND k.contype IN ('p', 'u', 'x')),
    'clustered', i.indisclustered, 'replica', i.indisreplident,
    'comment', obj_description(x.oid, 'pg_class')) ORDER BY x.oid)
  FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = c.oid)`;

const ID = `substring(t.tgname FROM '^zzz_crossfade_(?:z[0-9]+_)?([0-9a-f]{8})_')`;

const OURS = `${ID} IS NOT NULL`;

const TRIGGERS = `(SELECT jsonb_agg(pg_get_triggerdef(t.oid) ORDER BY t.tgname)
  FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND ${OURS})`;

const STATISTICS = `(SELECT jsonb_agg(jsonb_build_object('name', format('%I.%I', n.nspname, e.stxname),
    'definition', pg_get_statisticsobjdef(e.oid)) ORDER BY e.stxname)
  FROM pg_statistic_ext e JOIN pg_namespace n ON n.oid = e.stxnamespace WHERE e.stxrelid = c.oid)`;

const TABLES = `(SELECT jsonb_agg(jsonb_build_object('number', c.oid::text, 'schema', n.nspname, 'name', c.relname,
    'partitioned', c.relkind = 'p', 'grants', ${grants('c.relacl', 'c.relowner', '%s')}
      || (SELECT coalesce(jsonb_agg(format('GRANT %s (%I) ON %s TO %s', e.privilege_type, a.attname, c.at,
          CASE e.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(e.grantee)) END)), '[]')
        FROM pg_attribute a, aclexplode(a.attacl) e WHERE a.attrelid = c.oid AND NOT a.attisdropped),
    'columns', ${COLUMNS}, 'constraints', coalesce(${CONSTRAINTS}, '[]'), 'indexes', coalesce(${INDEXES}, '[]'),
    'triggers', coalesce(${TRIGGERS}, '[]'), 'statistics', coalesce(${STATISTICS}, '[]')) ORDER BY c.oid)
  FROM (SELECT r.*, r.oid::regclass::text AS at FROM pg_class r WHERE r.oid = ANY($1::oid[])) c
    CROSS JOIN LATERAL (SELECT c.at) x(at) JOIN pg_namespace n ON n.oid = c.relnamespace)`;

/** What a sync is made of has the id of its operation in its name. */
const IDS = `(SELECT DISTINCT ${ID} AS id
  FROM pg_trigger t WHERE t.tgrelid = ANY($1::oid[]) AND ${OURS})`;

/**
 * Reads a standing: `$1` numbers of the tables, `$2` the old version, `$3` names of its views, `$4`
 * the migration. To be asked without a search path, so that definitions come out fully qualified.
 */
export const STANDING_SQL = `SELECT jsonb_build_object('tables', coalesce(${TABLES}, '[]'),
  'views', coalesce((SELECT jsonb_agg(jsonb_build_object('schema', n.nspname, 'name', v.relname,
      'definition', rtrim(pg_get_viewdef(v.oid), '; ')) ORDER BY v.relname)
    FROM pg_class v JOIN pg_namespace n ON n.oid = v.relnamespace
    WHERE n.nspname = $2 AND v.relname = ANY($3) AND v.relkind = 'v'), '[]'),
  'functions', coalesce((SELECT jsonb_agg(jsonb_build_object('name', p.oid::regprocedure::text,
      'isCalled', p.prorettype <> 'trigger'::regtype, 'definition', pg_get_functiondef(p.oid)) ORDER BY p.proname)
    FROM pg_proc p WHERE p.pronamespace = 'crossfade'::regnamespace AND EXISTS (
      SELECT FROM ${IDS} i WHERE p.proname ~ ('_' || i.id || '(_|$)'))), '[]'),
  'lent', coalesce((SELECT jsonb_agg(jsonb_build_object('operation', l.operation, 'revoke', l.revoke))
    FROM crossfade.lent l WHERE l.operation IN (SELECT id FROM ${IDS} i)), '[]'),
  'done', coalesce((SELECT jsonb_agg(o.operation) FROM crossfade.done o WHERE o.migration = $4), '[]')) AS standing`;
