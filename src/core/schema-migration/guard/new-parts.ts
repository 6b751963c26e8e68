/**
 * Partitions that somebody has just made of a table that is kept in step with another: PostgreSQL gives them the
 * row triggers of the whole; what hears that one of them alone is truncated they get here, and the guard. To be called
 * at the end of a command, with the rights of the guard's owner.
 */
export const GUARD_NEW_PARTS = `CREATE OR REPLACE FUNCTION crossfade.guard_new_parts() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $crossfade$
DECLARE
  heard record;
BEGIN
  FOR heard IN SELECT c.objid, c.object_identity AS part, pg_get_triggerdef(t.oid) AS definition
    FROM pg_event_trigger_ddl_commands() c JOIN pg_class p ON p.oid = c.objid AND p.relispartition
      CROSS JOIN LATERAL pg_partition_ancestors(p.oid) a(relid)
      JOIN pg_trigger t ON t.tgrelid = a.relid AND t.tgname ~ '^zzz_crossfade_[0-9a-f]{8}_1_truncate$'
      JOIN pg_class w ON w.oid = a.relid AND NOT w.relispartition
    WHERE c.classid = 'pg_class'::regclass
  LOOP
    EXECUTE regexp_replace(heard.definition, ' AFTER TRUNCATE ON .*? FOR EACH ',
      format(' AFTER TRUNCATE ON %s FOR EACH ', replace(heard.part, '\\', '\\\\')));
    INSERT INTO crossfade.guarded (migration, classid, objid, objsubid, relation, identity, fact)
    SELECT DISTINCT g.migration, 'pg_class'::regclass, h.inhrelid, 0, h.inhparent, 'table ' || heard.part,
      crossfade.guarded_fact('pg_class'::regclass, h.inhrelid, 0)
    FROM pg_inherits h CROSS JOIN LATERAL pg_partition_ancestors(h.inhparent) a(relid)
      JOIN crossfade.guarded g ON g.classid = 'pg_class'::regclass AND g.objid = a.relid AND g.objsubid = 0
    WHERE h.inhrelid = heard.objid
    ON CONFLICT DO NOTHING;
  END LOOP;
END $crossfade$`;
