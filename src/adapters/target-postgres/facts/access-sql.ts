/** The privileges on an object as `{ role, privilege }`; `kind` is the letter of `acldefault`. */
export const aclOf = (acl: string, kind: string, owner: string): string => `
  (SELECT coalesce(json_agg(json_build_object(
      'role', CASE WHEN e.grantee <> 0 THEN pg_get_userbyid(e.grantee) END,
      'privilege', e.privilege_type)), '[]')
   FROM aclexplode(coalesce(${acl}, acldefault('${kind}', ${owner}))) e)`;

const owned = (name: string, owner: string, acl: string, kind: string): string =>
  `json_build_object('name', ${name}, 'owner', pg_get_userbyid(${owner}),
    'acl', ${aclOf(acl, kind, owner)})`;

/** `$1` the role that is asked about; null for the one that asks. */
export const ROLE = `
  SELECT json_build_object('name', asked.name, 'exists', r.oid IS NOT NULL,
    'login', coalesce(r.rolcanlogin, false), 'superuser', coalesce(r.rolsuper, false),
    'inherits', coalesce(r.rolinherit, true), 'bypassesRls', coalesce(r.rolbypassrls, false),
    'has', coalesce((SELECT json_agg(m.rolname) FROM pg_roles m
      WHERE pg_has_role(r.oid, m.oid, 'USAGE')), '[]')) AS facts
  FROM (SELECT coalesce($1::text, current_user) AS name) asked
    LEFT JOIN pg_roles r ON r.rolname = asked.name`;

/** `$1` names of roles. */
export const OWNERS = `
  SELECT coalesce(json_agg(json_build_object('name', o.rolname, 'superuser', o.rolsuper,
    'has', (SELECT json_agg(m.rolname) FROM pg_roles m
      WHERE pg_has_role(o.oid, m.oid, 'USAGE')))), '[]') AS facts
  FROM pg_roles o WHERE o.rolname = ANY($1::text[])`;

/** Objects that bear the names of ours and do not belong to the role. `crossfade.free_disk` is the DBA's. */
const FOREIGN = `
  SELECT 'SCHEMA' AS kind, quote_ident(n.nspname) AS name, n.nspowner AS owner
  FROM pg_namespace n WHERE n.nspname LIKE 'crossfade%' OR n.nspname = ANY($3::text[])
  UNION ALL
  SELECT CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END,
    quote_ident(n.nspname) || '.' || quote_ident(c.relname), c.relowner
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'v') AND (n.nspname = 'crossfade'
    OR n.nspname = ANY($3::text[]) AND c.relname = ANY($2::text[]))
  UNION ALL
  SELECT 'FUNCTION', p.oid::regprocedure::text, p.proowner
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  WHERE n.nspname = 'crossfade' AND p.proname <> 'free_disk'`;

/**
 * `$1` schema and `$2` names of the tables, `$3` the versions' schemas, `$4` the role, `$5` types that
 * the operations name, which are looked up as operations see them, `$6` and `$7` schemas and names of
 * the tables that foreign keys lead to.
 */
export const ACCESS = `
  WITH used AS (
    SELECT DISTINCT coalesce(nullif(t.typelem, 0), t.oid) AS oid
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_type t ON t.oid = a.atttypid
    WHERE n.nspname = $1::text AND c.relname = ANY($2::text[]) AND a.attnum > 0 AND NOT a.attisdropped
    UNION SELECT coalesce(to_regtype(asked.name), to_regtype(quote_ident($1::text) || '.' || asked.name))
    FROM unnest($5::text[]) asked(name)),
  led AS (
    SELECT c.* FROM unnest($6::text[], $7::text[]) AS asked(schema, name)
      JOIN pg_namespace n ON n.nspname = asked.schema
      JOIN pg_class c ON c.relname = asked.name AND c.relnamespace = n.oid AND c.relkind IN ('r', 'p'))
  SELECT json_build_object(
    'database', (SELECT ${owned(`'"' || replace(d.datname, '"', '""') || '"'`, 'd.datdba', 'd.datacl', 'd')}
      FROM pg_database d WHERE d.datname = current_database()),
    'schemas', (SELECT coalesce(json_agg(
        ${owned('quote_ident(n.nspname)', 'n.nspowner', 'n.nspacl', 'n')}), '[]')
      FROM pg_namespace n WHERE n.nspname = $1::text AND cardinality($2::text[]) > 0 OR n.nspname <> 'pg_catalog'
        AND n.oid IN (SELECT t.typnamespace FROM pg_type t JOIN used USING (oid)
          UNION SELECT led.relnamespace FROM led)),
    'leadTo', (SELECT coalesce(json_agg(
        ${owned('led.oid::regclass::text', 'led.relowner', 'led.relacl', 'r')}), '[]') FROM led),
    'types', (SELECT coalesce(json_agg(
        ${owned('format_type(t.oid, NULL)', 't.typowner', 't.typacl', 'T')}), '[]')
      FROM pg_type t JOIN used USING (oid) WHERE t.typacl IS NOT NULL),
    'plpgsql', (SELECT ${owned('quote_ident(l.lanname)', 'l.lanowner', 'l.lanacl', 'l')}
      FROM pg_language l WHERE l.lanname = 'plpgsql'),
    'foreign', (SELECT coalesce(json_agg(json_build_object('kind', f.kind, 'name', f.name,
        'owner', pg_get_userbyid(f.owner))), '[]')
      FROM (${FOREIGN}) f LEFT JOIN pg_roles r ON r.rolname = $4::text
      WHERE NOT coalesce(pg_has_role(r.oid, f.owner, 'USAGE'), false))) AS facts`;
