import type { Catalog, TableCatalog, TypeCatalog } from '../../core/schema-migration/catalog.ts';
import { touchedTables } from '../../core/schema-migration/column-pair.ts';
import { quoteIdentifier } from '../../core/schema-migration/identifier.ts';
import type { SchemaMigration } from '../../core/schema-migration/schema-migration.ts';
import type { TargetSession } from '../../engine/ports/target-database.ts';

/** Reads what `plan` must know, in one transaction; names come out fully qualified. */
export async function readCatalog(
  session: TargetSession,
  migration: SchemaMigration,
): Promise<Catalog> {
  await session.query(`SET LOCAL search_path = ''`);
  const versions = [migration.from, migration.to];
  const schemas = await session.query<{ name: string }>(
    'SELECT nspname AS name FROM pg_namespace WHERE nspname = ANY($1)',
    [[...versions, migration.schema]],
  );
  const tables = await session.query<{ facts: TableCatalog }>(TABLES, [
    migration.schema,
    touchedTables(migration),
    versions,
  ]);
  await session.query(`SET LOCAL search_path = pg_catalog, ${quoteIdentifier(migration.schema)}`);
  const names = [...new Set(migration.operations.map((operation) => operation.type))];
  const types = await session.query<TypeCatalog & { name: string }>(TYPES, [names]);
  return {
    schemas: schemas.map((row) => row.name),
    tables: tables.map((row) => row.facts),
    types: Object.fromEntries(
      types.map(({ name, kind, comparable }) => [name, { kind, comparable }]),
    ),
  };
}

const COLUMNS = `
  SELECT jsonb_agg(jsonb_build_object(
    'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'notNull', a.attnotnull,
    'default', CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END,
    'generated', CASE WHEN a.attidentity <> '' THEN 'identity' WHEN a.attgenerated = 's' THEN 'stored'
      WHEN a.attgenerated = 'v' THEN 'virtual' ELSE 'no' END,
    'expression', CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END,
    'comment', col_description(c.oid, a.attnum)) ORDER BY a.attnum)
  FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped`;

const namesOf = (relation: string, numbers: string): string => `
  (SELECT jsonb_agg(a.attname ORDER BY u.place) FROM unnest(${numbers}) WITH ORDINALITY u(number, place)
   JOIN pg_attribute a ON a.attrelid = ${relation} AND a.attnum = u.number)`;

/** The primary key, else the shortest unique index that tells every row apart. */
const KEY = `
  SELECT ${namesOf('i.indrelid', '(i.indkey::int2[])[0:i.indnkeyatts - 1]')}
  FROM pg_index i
  WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indimmediate
    AND i.indpred IS NULL AND i.indexprs IS NULL
    AND NOT EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid
      AND a.attnum = ANY((i.indkey::int2[])[0:i.indnkeyatts - 1]) AND NOT a.attnotnull)
  ORDER BY i.indisprimary DESC, i.indnkeyatts, i.indexrelid LIMIT 1`;

const CONSTRAINTS = `
  SELECT jsonb_agg(one) FROM (
    SELECT jsonb_build_object('name', k.conname, 'kind', CASE k.contype WHEN 'p' THEN 'primary'
      WHEN 'u' THEN 'unique' WHEN 'c' THEN 'check' WHEN 'f' THEN 'foreign' ELSE 'exclusion' END,
      'columns', coalesce(${namesOf('k.conrelid', 'k.conkey')}, '[]'),
      'definition', pg_get_constraintdef(k.oid),
      'condition', CASE WHEN k.contype = 'c' THEN pg_get_expr(k.conbin, k.conrelid) END,
      'referenced', EXISTS (SELECT 1 FROM pg_constraint f WHERE f.contype = 'f'
        AND f.confrelid = k.conrelid AND f.conindid = k.conindid AND k.contype IN ('p', 'u'))) AS one
    FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype IN ('p', 'u', 'c', 'f', 'x')
    UNION ALL
    SELECT jsonb_build_object('name', x.relname, 'kind', 'index',
      'columns', coalesce(${namesOf('i.indrelid', 'i.indkey::int2[]')}, '[]'),
      'definition', pg_get_indexdef(i.indexrelid), 'condition', NULL,
      'referenced', EXISTS (SELECT 1 FROM pg_constraint f
        WHERE f.contype = 'f' AND f.conindid = i.indexrelid))
    FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
    WHERE i.indrelid = c.oid AND i.indisunique
      AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.conrelid = c.oid)
  ) listed`;

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
  WHERE v.relkind = 'v' AND v.relname = c.relname AND n.nspname = ANY($3)`;

const TABLES = `
  SELECT jsonb_build_object('name', c.relname, 'owner', pg_get_userbyid(c.relowner),
    'plain', c.relkind = 'r' AND NOT EXISTS (
      SELECT 1 FROM pg_inherits h WHERE h.inhrelid = c.oid OR h.inhparent = c.oid),
    'columns', coalesce((${COLUMNS}), '[]'), 'key', (${KEY}),
    'constraints', coalesce((${CONSTRAINTS}), '[]'), 'grants', coalesce((${GRANTS}), '[]'),
    'views', coalesce((${VIEWS}), '{}'),
    'triggers', coalesce((SELECT jsonb_agg(t.tgname) FROM pg_trigger t
      WHERE t.tgrelid = c.oid AND NOT t.tgisinternal), '[]')) AS facts
  FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
  WHERE s.nspname = $1 AND c.relname = ANY($2) AND c.relkind IN ('r', 'p', 'f', 'm', 'v')`;

const TYPES = `
  SELECT asked.name, CASE WHEN t.oid IS NULL THEN 'missing' WHEN t.typtype = 'd' THEN 'domain'
      ELSE 'plain' END AS kind,
    coalesce(t.typcategory IN ('A', 'E', 'R', 'S') OR EXISTS (SELECT 1 FROM pg_operator o
      WHERE o.oprname = '=' AND o.oprleft = t.oid AND o.oprright = t.oid), false) AS comparable
  FROM unnest($1::text[]) AS asked(name) LEFT JOIN pg_type t ON t.oid = to_regtype(asked.name)`;
