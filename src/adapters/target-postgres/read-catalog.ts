import type { Catalog, TableCatalog, TypeCatalog } from '../../core/schema-migration/catalog.ts';
import { tableNames, touchedTables } from '../../core/schema-migration/schema-migration.ts';
import type { Relation } from '../../core/schema-migration/change.ts';
import { ownShareName } from '../../core/schema-migration/parted/partitions.ts';
import type { SchemaMigration } from '../../core/schema-migration/schema-migration.ts';
import { spelling } from '../../core/schema-migration/identifier.ts';
import { expressionSettings } from '../../core/schema-migration/expression-settings.ts';
import type { TargetSession } from '../../engine/ports/target-database.ts';
import { columnsAt, CONSTRAINTS } from './constraints-sql.ts';
import { PARTITIONS } from './partitions-sql.ts';
import type { Prepared } from './prepared-on.ts';
import { readNotes } from './read-notes.ts';

/**
 * Reads what `plan` must know, in one transaction; names come out fully qualified. Every piece of work on a target
 * begins so, and the server takes four times as long to plan the question about tables as to answer it: it
 * is planned once in a connection, and no plan for known names would be a better one.
 */
export async function readCatalog(
  session: Pick<TargetSession, 'query'>,
  prepared: Prepared,
  migration: SchemaMigration,
): Promise<Catalog> {
  await session.query(`SET LOCAL search_path = ''; SET LOCAL plan_cache_mode = force_generic_plan`);
  const versions = [migration.from, migration.to];
  const schemas = await session.query<{ name: string }>(
    'SELECT nspname AS name FROM pg_namespace WHERE nspname = ANY($1)',
    [[...versions, migration.schema]],
  );
  const names = namesOf(migration);
  const tables = await prepared<{ facts: TableCatalog }>('crossfade_tables', TABLES, [
    migration.schema,
    names.map((one) => one.now),
    ...versions,
    names.map((one) => one.old),
    names.map((one) => one.next),
  ]);
  const notes = await readNotes(session, migration);
  const missing = names.filter(({ now }) => tables.every(({ facts }) => facts.name !== now));
  const spelt = await session.query<{ name: string }>(SPELT, [
    migration.schema,
    missing.map(({ now }) => spelling(now)),
  ]);
  const wanted = wantedNames(
    migration,
    tables.map((row) => row.facts),
  );
  const taken = await session.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE (n.nspname, c.relname) IN (SELECT s, w FROM unnest($1::text[], $2::text[]) x(s, w))`,
    [wanted.map(({ schema }) => schema), wanted.map(({ name }) => name)],
  );
  await session.query(
    `SET LOCAL plan_cache_mode TO DEFAULT; SET LOCAL search_path = ${expressionSettings(migration)['search_path'] ?? ''}`,
  );
  const types = await session.query<TypeCatalog & { name: string }>(TYPES, [typesOf(migration)]);
  return {
    schemas: schemas.map((row) => row.name),
    tables: tables.map((row) => row.facts),
    ...notes,
    taken: taken.map((row) => row.name),
    spelt: spelt.map((row) => row.name),
    types: Object.fromEntries(
      types.map(({ name, kind, comparable }) => [name, { kind, comparable }]),
    ),
  };
}

/** What a table may be called by now, and what the versions call it. */
function namesOf(migration: SchemaMigration) {
  return touchedTables(migration).flatMap((table) => {
    const names = tableNames(migration, table);
    const renamed = names.next === null || names.next === table ? [] : [names.next];
    return [table, ...renamed].map((now) => ({ now, ...names }));
  });
}

/** Names of indexes and constraints that operations make, and those of their shares on partitions. */
function wantedNames(
  { operations, schema }: SchemaMigration,
  tables: readonly TableCatalog[],
): readonly Relation[] {
  return operations.flatMap((operation) => {
    if (!('name' in operation)) return [];
    const { name, table } = operation;
    const whole = { schema, name: table };
    const parts = tables.find((one) => one.name === table)?.partitions ?? [];
    const shares = parts.map((part) => ({
      schema: part.schema,
      name: ownShareName(name, whole, part),
    }));
    return [{ schema, name }, ...shares];
  });
}

/** Every type that an operation names. */
export function typesOf({ operations }: SchemaMigration): readonly string[] {
  const types = operations.flatMap((operation) => {
    if (operation.operation === 'createTable') return operation.columns.map(({ type }) => type);
    if (operation.operation === 'splitTable' || operation.operation === 'mergeTables') {
      return operation.columns.flatMap(({ type }) => (type === undefined ? [] : [type]));
    }
    return 'type' in operation && operation.type !== null ? [operation.type] : [];
  });
  return [...new Set(types)];
}

/** What belongs to others than the owner, whose rights come with the thing. */
const SEQUENCE = `
  SELECT jsonb_build_object('schema', n.nspname, 'name', x.relname, 'type', format_type(q.seqtypid, NULL),
    'start', q.seqstart::text, 'increment', q.seqincrement::text, 'min', q.seqmin::text,
    'max', q.seqmax::text, 'cache', q.seqcache::text, 'cycle', q.seqcycle,
    'comment', obj_description(x.oid, 'pg_class'),
    'grants', (SELECT coalesce(jsonb_agg(jsonb_build_object('role', nullif(pg_get_userbyid(nullif(e.grantee, 0)), ''),
      'privilege', e.privilege_type, 'column', NULL)), '[]') FROM aclexplode(x.relacl) e WHERE e.grantee <> x.relowner))
  FROM pg_depend o JOIN pg_class x ON x.oid = o.objid AND x.relkind = 'S'
    JOIN pg_namespace n ON n.oid = x.relnamespace JOIN pg_sequence q ON q.seqrelid = x.oid
  WHERE o.classid = 'pg_class'::regclass AND o.refclassid = 'pg_class'::regclass
    AND o.refobjid = c.oid AND o.refobjsubid = a.attnum AND o.deptype IN ('a', 'i') LIMIT 1`;

/** Our own triggers name columns too. */
const NAMED = `
  SELECT coalesce(jsonb_agg(DISTINCT pg_describe_object(o.classid, o.objid, o.objsubid)), '[]')
  FROM pg_depend o LEFT JOIN pg_trigger g ON o.classid = 'pg_trigger'::regclass AND g.oid = o.objid
  WHERE o.refclassid = 'pg_class'::regclass AND o.refobjid = c.oid AND o.refobjsubid = a.attnum
    AND o.classid IN ('pg_trigger'::regclass, 'pg_policy'::regclass, 'pg_publication_rel'::regclass)
    AND NOT coalesce(g.tgisinternal OR starts_with(g.tgname, 'zzz_crossfade_'), false)`;

const TRAITS = `jsonb_build_object(
    'collation', CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END,
    'statistics', CASE WHEN a.attstattarget >= 0 THEN a.attstattarget END,
    'options', coalesce(to_jsonb(a.attoptions), '[]'),
    'storage', CASE WHEN a.attstorage <> t.typstorage THEN CASE a.attstorage WHEN 'p' THEN 'PLAIN'
      WHEN 'e' THEN 'EXTERNAL' WHEN 'x' THEN 'EXTENDED' ELSE 'MAIN' END END,
    'compression', CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END,
    'identity', CASE a.attidentity WHEN 'a' THEN 'ALWAYS' WHEN 'd' THEN 'BY DEFAULT' END,
    'sequence', (${SEQUENCE}), 'named', (${NAMED}))`;

const COLUMNS = `
  SELECT jsonb_agg(jsonb_build_object(
    'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'notNull', a.attnotnull,
    'collation', CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END,
    'default', CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END,
    'generated', CASE WHEN a.attidentity <> '' THEN 'identity' WHEN a.attgenerated = 's' THEN 'stored'
      WHEN a.attgenerated = 'v' THEN 'virtual' ELSE 'no' END,
    'expression', CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END,
    'comment', col_description(c.oid, a.attnum), 'traits', ${TRAITS}) ORDER BY a.attnum)
  FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped`;

/**
 * The primary key, else the shortest unique index that tells every row apart. One that is on its way
 * must not change, in the middle of a backfill, what rows are known by.
 */
const KEY = `
  SELECT ${columnsAt('i.indrelid', '(i.indkey::int2[])[0:i.indnkeyatts - 1]')}
  FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid AND NOT starts_with(x.relname, '_crossfade_')
  WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indimmediate
    AND i.indpred IS NULL AND i.indexprs IS NULL
    AND NOT EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid
      AND a.attnum = ANY((i.indkey::int2[])[0:i.indnkeyatts - 1]) AND NOT a.attnotnull)
  ORDER BY i.indisprimary DESC, i.indnkeyatts, i.indexrelid LIMIT 1`;

/** Columns of expressions and conditions are known by what the index depends on. */
const INDEXES = `
  SELECT jsonb_agg(jsonb_build_object('name', x.relname, 'unique', i.indisunique, 'valid', i.indisvalid,
    'columns', (SELECT coalesce(jsonb_agg(a.attname ORDER BY a.attnum), '[]') FROM pg_attribute a
      WHERE a.attrelid = c.oid AND (a.attnum = ANY(i.indkey::int2[]) OR a.attnum IN (
        SELECT d.refobjsubid FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
          AND d.objid = x.oid AND d.refobjid = c.oid AND d.refobjsubid > 0))),
    'body', substr(pg_get_indexdef(x.oid), 1 + length(concat('CREATE ', CASE WHEN i.indisunique THEN 'UNIQUE ' END,
      'INDEX ', quote_ident(x.relname), ' ON ', CASE WHEN c.relkind = 'p' THEN 'ONLY ' END, c.oid::regclass, ' '))),
    'constraint', (SELECT k.conname FROM pg_constraint k
      WHERE k.conindid = x.oid AND k.conrelid = c.oid AND k.contype IN ('p', 'u', 'x')),
    'referenced', EXISTS (SELECT 1 FROM pg_constraint f
      WHERE f.contype = 'f' AND f.conindid = x.oid),
    'keys', (SELECT jsonb_agg(pg_get_indexdef(x.oid, at, false) ORDER BY at) FROM generate_series(1, i.indnkeyatts) at),
    'where', pg_get_expr(i.indpred, c.oid), 'nullsEqual', coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false),
    'clustered', i.indisclustered, 'identity', i.indisreplident,
    'comment', obj_description(x.oid, 'pg_class')) ORDER BY x.relname)
  FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = c.oid`;

/** The owner's own rights are among them: a view belongs to whoever made it. */
const GRANTS = `
  SELECT jsonb_agg(jsonb_build_object('role', nullif(pg_get_userbyid(nullif(g.grantee, 0)), ''),
    'privilege', g.privilege_type, 'column', g.attname)) FROM (
    SELECT e.grantee, e.privilege_type, NULL AS attname
    FROM aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) e
    UNION ALL
    SELECT e.grantee, e.privilege_type, a.attname
    FROM pg_attribute a, aclexplode(a.attacl) e WHERE a.attrelid = c.oid AND NOT a.attisdropped
  ) g`;

const VIEWS = `
  SELECT jsonb_object_agg(n.nspname, (SELECT jsonb_agg(jsonb_build_object(
      'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
      'collation', nullif(a.attcollation, 0)::regcollation::text) ORDER BY a.attnum)
    FROM pg_attribute a WHERE a.attrelid = v.oid AND a.attnum > 0 AND NOT a.attisdropped))
  FROM pg_class v JOIN pg_namespace n ON n.oid = v.relnamespace
  WHERE v.relkind = 'v' AND (n.nspname, v.relname) IN (($3, asked.old), ($4, asked.next))`;

/** What contract leaves behind calls this function. */
/** Whose it is stands in the arguments of its trigger, each of which ends with a zero byte. */
const STUBS = `
  SELECT jsonb_agg(DISTINCT jsonb_build_object('version', n.nspname,
    'by', split_part(encode(t.tgargs, 'escape'), '\\000', 1),
    'next', split_part(split_part(encode(t.tgargs, 'escape'), '\\000', 3), '.', 1)))
  FROM pg_class v JOIN pg_namespace n ON n.oid = v.relnamespace
    JOIN pg_trigger t ON t.tgrelid = v.oid AND t.tgname = 'crossfade_gone'
    JOIN pg_rewrite r ON r.ev_class = v.oid
    JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
      AND d.refclassid = 'pg_proc'::regclass
      AND d.refobjid = to_regprocedure('crossfade.gone(text,text,text)')
  WHERE v.relkind = 'v' AND (n.nspname, v.relname) IN (($3, asked.old), ($4, asked.next))`;

/** That of a partitioned table is one, not one for each part. */
const LEANING = `
  SELECT jsonb_agg(jsonb_build_object('schema', n.nspname, 'table', f.relname, 'name', k.conname, 'own', k.conrelid = c.oid,
    'columns', ${columnsAt('k.conrelid', 'k.conkey')}, 'leadsTo', ${columnsAt('k.confrelid', 'k.confkey')}) ORDER BY f.relname, k.conname)
  FROM pg_constraint k JOIN pg_class f ON f.oid = k.conrelid JOIN pg_namespace n ON n.oid = f.relnamespace
  WHERE k.contype = 'f' AND k.confrelid = c.oid AND k.conparentid = 0`;

const STATISTICS = `
  SELECT jsonb_agg(jsonb_build_object('name', format('%I.%I', n.nspname, e.stxname),
    'definition', pg_get_statisticsobjdef(e.oid), 'columns', (SELECT coalesce(jsonb_agg(a.attname), '[]')
      FROM pg_depend o JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = o.refobjsubid
      WHERE o.classid = 'pg_statistic_ext'::regclass AND o.objid = e.oid AND o.refobjid = c.oid)) ORDER BY e.stxname)
  FROM pg_statistic_ext e JOIN pg_namespace n ON n.oid = e.stxnamespace WHERE e.stxrelid = c.oid`;

/** BEFORE (2) UPDATE (16) FOR EACH ROW (1), as pg_trigger.tgtype says it; one partition may have some alone. */
const REWRITERS = `
  SELECT jsonb_agg(DISTINCT t.tgname) FROM pg_trigger t
  WHERE (t.tgrelid = c.oid OR t.tgrelid IN (SELECT tree.relid FROM pg_partition_tree(c.oid) tree)) AND NOT t.tgisinternal AND t.tgtype & 19 = 19 AND NOT starts_with(t.tgname, 'zzz_crossfade_')`;

/** A part of another table is none of its own, and foreign parts fire no triggers that could be relied on. */
const PARTITIONED_BY = `
  SELECT to_jsonb(array_agg(DISTINCT a.attname)) FROM pg_partition_tree(c.oid) tree
    JOIN pg_class p ON p.oid = tree.relid AND p.relkind = 'p'
    JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = p.oid AND d.refobjsubid = 0
      AND d.refclassid = 'pg_class'::regclass AND d.refobjid = p.oid
    JOIN pg_attribute a ON a.attrelid = p.oid AND a.attnum = d.objsubid AND a.attnum > 0
  WHERE c.relkind = 'p' AND NOT c.relispartition AND NOT EXISTS (
    SELECT FROM pg_partition_tree(c.oid) leaf JOIN pg_class f ON f.oid = leaf.relid WHERE f.relkind = 'f')`;

const PLACED_BY_EXPRESSION = `
  EXISTS (SELECT FROM pg_partition_tree(c.oid) tree JOIN pg_partitioned_table t ON t.partrelid = tree.relid
    WHERE 0 = ANY(t.partattrs::int2[]))`;

const TABLES = `
  SELECT jsonb_build_object('name', c.relname, 'owner', pg_get_userbyid(c.relowner),
    'plain', c.relkind = 'r' AND NOT EXISTS (
      SELECT 1 FROM pg_inherits h WHERE h.inhrelid = c.oid OR h.inhparent = c.oid),
    'partitionedBy', (${PARTITIONED_BY}), 'placedByExpression', ${PLACED_BY_EXPRESSION},
    'partitions', coalesce((${PARTITIONS}), '[]'),
    'columns', coalesce((${COLUMNS}), '[]'), 'key', (${KEY}),
    'constraints', coalesce((${CONSTRAINTS}), '[]'),
    'indexes', coalesce((${INDEXES}), '[]'), 'grants', coalesce((${GRANTS}), '[]'),
    'views', coalesce((${VIEWS}), '{}'), 'stubs', coalesce((${STUBS}), '[]'),
    'comment', obj_description(c.oid, 'pg_class'), 'leaning', coalesce((${LEANING}), '[]'),
    'statistics', coalesce((${STATISTICS}), '[]'),
    'triggers', coalesce((SELECT jsonb_agg(t.tgname) FROM pg_trigger t
      WHERE t.tgrelid = c.oid AND NOT t.tgisinternal), '[]'),
    'rewriters', coalesce((${REWRITERS}), '[]'),
    'rowSecurity', c.relrowsecurity) AS facts
  FROM unnest($2::text[], $5::text[], $6::text[]) AS asked(now, old, next)
    JOIN pg_class c ON c.relname = asked.now JOIN pg_namespace s ON s.oid = c.relnamespace
  WHERE s.nspname = $1 AND c.relkind IN ('r', 'p', 'f', 'm', 'v')`;

const SPELT = `
  SELECT c.relname AS name FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
  WHERE s.nspname = $1 AND c.relkind IN ('r', 'p') AND replace(lower(c.relname), '_', '') = ANY($2)
  ORDER BY 1 LIMIT 20`;

const TYPES = `
  SELECT asked.name, CASE WHEN t.oid IS NULL THEN 'missing' WHEN t.typtype = 'd' THEN 'domain'
      ELSE 'plain' END AS kind,
    coalesce(t.typcategory IN ('A', 'E', 'R', 'S') OR EXISTS (SELECT 1 FROM pg_operator o
      WHERE o.oprname = '=' AND o.oprleft = t.oid AND o.oprright = t.oid), false) AS comparable
  FROM unnest($1::text[]) AS asked(name) LEFT JOIN pg_type t ON t.oid = to_regtype(asked.name)`;
