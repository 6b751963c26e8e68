import { GUARD_NEW_PARTS } from './new-parts.ts';

/** Our own transactions say so; whoever else says it wants to get past the guard. */
export const ownDdl = 'crossfade.own';

/** DROP SCHEMA crossfade, DROP FUNCTION crossfade.guard: what is dropped is told by the text alone at this point. */
const TAKES_THE_GUARD = String.raw`drop\s+(schema\s[^;]*\mcrossfade\M|(function|routine)\s[^;]*\mcrossfade\M"?\s*\.\s*"?guard\M)`;

/**
 * What Crossfade owns while a rollout lives, by its place in the catalog, with what it was when it was
 * taken under guard; and the function that event triggers call.
 */
export const GUARD_SCHEMA: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS crossfade.guarded (
    migration text NOT NULL, classid oid NOT NULL, objid oid NOT NULL, objsubid integer NOT NULL,
    relation oid, identity text NOT NULL, fact text,
    PRIMARY KEY (migration, classid, objid, objsubid))`,
  facts(),
  GUARD_NEW_PARTS,
  guard(),
  'REVOKE ALL ON FUNCTION crossfade.guard(), crossfade.guard_new_parts() FROM PUBLIC',
];

/** What must stay as it is about one object; null for what may change and must only not be dropped. */
function facts(): string {
  return `CREATE OR REPLACE FUNCTION crossfade.guarded_fact(class oid, object oid, part integer)
RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $crossfade$
  SELECT CASE
    WHEN class = 'pg_class'::regclass AND part > 0 THEN (
      SELECT format('%s %s', a.attname, format_type(a.atttypid, a.atttypmod)) FROM pg_attribute a
      WHERE a.attrelid = object AND a.attnum = part AND NOT a.attisdropped)
    WHEN class = 'pg_class'::regclass AND (SELECT c.relispartition FROM pg_class c WHERE c.oid = object) THEN 'a partition'
    WHEN class = 'pg_class'::regclass THEN (
      SELECT format('%s %s %s', c.relnamespace, c.relname, CASE c.relkind WHEN 'v' THEN pg_get_viewdef(c.oid) END)
      FROM pg_class c WHERE c.oid = object)
    WHEN class = 'pg_trigger'::regclass THEN (
      SELECT format('%s %s', t.tgname, t.tgenabled) FROM pg_trigger t WHERE t.oid = object)
    WHEN class = 'pg_proc'::regclass THEN (
      SELECT format('%s %s', p.proname, md5(p.prosrc)) FROM pg_proc p WHERE p.oid = object)
    WHEN class = 'pg_namespace'::regclass THEN (SELECT n.nspname FROM pg_namespace n WHERE n.oid = object)
  END
$crossfade$`;
}

/**
 * Refuses a foreign DROP or ALTER of what is guarded. Whatever goes wrong in here is no reason to refuse
 * anything: it is looked into, inside of a handler for every fault, and the refusal stands outside. It
 * runs with the rights of its owner, since those whom it is to stop have none on the schema.
 */
function guard(): string {
  return `CREATE OR REPLACE FUNCTION crossfade.guard() RETURNS event_trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '25ms' AS $crossfade$
DECLARE
  owned record;
  refused boolean := false;
BEGIN
  BEGIN
    IF current_setting('${ownDdl}', true) = 'on' THEN
      RETURN;
    END IF;
    IF TG_EVENT = 'ddl_command_start' THEN
      -- With this function the event triggers go along, and at the end of the command nobody is asked.
      SELECT g.migration, g.identity INTO owned FROM crossfade.guarded g
      WHERE g.classid = 'pg_namespace'::regclass AND g.objid = 'crossfade'::regnamespace
        AND current_query() ~* '${TAKES_THE_GUARD}'
      ORDER BY g.migration LIMIT 1;
    ELSIF TG_EVENT = 'sql_drop' THEN
      SELECT g.migration, g.identity INTO owned
      FROM pg_event_trigger_dropped_objects() d JOIN crossfade.guarded g
        ON g.classid = d.classid AND g.objid = d.objid AND g.objsubid = d.objsubid
      ORDER BY d.original DESC, g.identity LIMIT 1;
    ELSE
      SELECT g.migration, g.identity INTO owned
      FROM crossfade.guarded g
      WHERE g.fact IS NOT NULL
        AND EXISTS (SELECT FROM pg_event_trigger_ddl_commands() c
          WHERE c.objid IN (g.objid, g.relation))
        AND g.fact IS DISTINCT FROM crossfade.guarded_fact(g.classid, g.objid, g.objsubid)
        -- Its first half has been committed by now: refused, it would stay half done.
        AND NOT (g.fact = 'a partition' AND current_query() ~* 'detach.*(concurrently|finalize)')
      ORDER BY g.identity LIMIT 1;
      IF NOT FOUND AND TG_TAG = 'ALTER TABLE' THEN
        -- Rows of a partition that is attached came without anybody keeping them in step.
        SELECT g.migration, g.identity INTO owned
        FROM pg_inherits h CROSS JOIN LATERAL pg_partition_ancestors(h.inhparent) a(relid)
          JOIN crossfade.guarded g ON g.classid = 'pg_class'::regclass AND g.objid = a.relid AND g.objsubid = 0
        WHERE h.xmin = pg_current_xact_id()::xid
        ORDER BY g.identity LIMIT 1;
      END IF;
    END IF;
    refused := FOUND;
    IF TG_TAG = 'CREATE TABLE' AND NOT refused THEN
      PERFORM crossfade.guard_new_parts();
    END IF;
  EXCEPTION WHEN OTHERS THEN
    refused := false;
  END;
  IF refused THEN
    RAISE EXCEPTION USING ERRCODE = 'object_in_use',
      MESSAGE = format('%s belongs to schema migration %s, whose rollout lives', owned.identity, owned.migration),
      DETAIL = format('%s was refused, and nothing has changed.', TG_TAG),
      HINT = format('Wait until the rollout of %s has ended, or roll it back: crossfade status', owned.migration);
  END IF;
END $crossfade$`;
}

/** The event triggers, by name, with what each is called for. */
export const guardTriggers = {
  crossfade_guard_start:
    "ddl_command_start WHEN TAG IN ('DROP SCHEMA', 'DROP FUNCTION', 'DROP ROUTINE')",
  crossfade_guard_drop: 'sql_drop',
  crossfade_guard_ddl: 'ddl_command_end',
} as const;

/**
 * Takes what a migration owns under guard: `$1` its name, `$2` the schema of its tables, `$3` their
 * names, `$4` the schemas of its versions. What has a mark of ours is ours; a table of the application
 * is guarded against being dropped or renamed only. The partitions of one that is kept in step with another
 * table are to stay with it: their rows would leave without a DELETE that could be followed.
 */
export const TAKE_UNDER_GUARD = `INSERT INTO crossfade.guarded
    (migration, classid, objid, objsubid, relation, identity, fact)
  SELECT $1, o.classid, o.objid, o.objsubid, o.relation,
    identity_of.type || ' ' || identity_of.identity,
    crossfade.guarded_fact(o.classid, o.objid, o.objsubid)
  FROM (
    SELECT 'pg_class'::regclass::oid AS classid, c.oid AS objid, 0 AS objsubid, NULL::oid AS relation
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relname = ANY($3) AND ((n.nspname = $2 AND c.relkind IN ('r', 'p'))
      OR (n.nspname = ANY($4) AND c.relkind = 'v'))
    UNION ALL
    SELECT d.classoid, d.objoid, d.objsubid, NULL FROM pg_description d
      JOIN pg_class c ON c.oid = d.objoid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE d.classoid = 'pg_class'::regclass AND d.objsubid > 0 AND d.description LIKE 'crossfade:%'
      AND c.relname = ANY($3) AND n.nspname = $2
      AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = d.objoid
        AND a.attnum = d.objsubid AND left(a.attname, 11) = '_crossfade_')
    UNION ALL
    SELECT 'pg_class'::regclass, tree.relid, 0, tree.parentrelid
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN LATERAL pg_partition_tree(c.oid) tree
    WHERE c.relname = ANY($3) AND n.nspname = $2 AND c.relkind = 'p' AND tree.level > 0
      AND EXISTS (SELECT FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid WHERE t.tgrelid = c.oid
        AND p.pronamespace = 'crossfade'::regnamespace AND p.proname ~ '^(gone|list)_')
    UNION ALL
    SELECT 'pg_trigger'::regclass, t.oid, 0, t.tgrelid FROM pg_trigger t
      JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE NOT t.tgisinternal AND c.relname = ANY($3) AND n.nspname = $2
      AND p.pronamespace = 'crossfade'::regnamespace
    UNION ALL
    SELECT 'pg_namespace'::regclass, n.oid, 0, NULL FROM pg_namespace n
    WHERE n.nspname = ANY($4) OR n.nspname = 'crossfade'
    UNION ALL
    SELECT 'pg_class'::regclass, c.oid, 0, NULL FROM pg_class c
    WHERE c.relnamespace = 'crossfade'::regnamespace AND c.relkind = 'r'
    UNION ALL
    SELECT 'pg_proc'::regclass, p.oid, 0, NULL FROM pg_proc p
    WHERE p.pronamespace = 'crossfade'::regnamespace
  ) o, LATERAL pg_identify_object(o.classid, o.objid, o.objsubid) identity_of
  ON CONFLICT (migration, classid, objid, objsubid) DO UPDATE
  SET fact = excluded.fact, identity = excluded.identity`;
