import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The audit log as a chain: each row holds the hash of the one before it, so that a row that is changed,
 * taken out or put in between is noticed by whoever reads the log.
 */
export class AuditChain1796346120000 implements MigrationInterface {
  name = 'AuditChain1796346120000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER audit_keep ON crossfade_state.audit');
    await runner.query('DROP TRIGGER audit_keep_all ON crossfade_state.audit');
    await runner.query('DROP TRIGGER audit_seal ON crossfade_state.audit');
    await runner.query('DROP FUNCTION crossfade_state.keep_audit()');
    await runner.query('DROP FUNCTION crossfade_state.seal_audit()');
    await runner.query('DROP FUNCTION crossfade_state.seal_audit_row(bigint)');
    await runner.query('DROP FUNCTION crossfade_state.audit_entry(crossfade_state.audit)');
    await runner.query(`ALTER TABLE crossfade_state.audit
      DROP COLUMN seq, DROP COLUMN previous, DROP COLUMN hash`);
    for (const act of ['UPDATE', 'DELETE']) {
      await runner.query(`CREATE RULE audit_no_${act.toLowerCase()} AS
        ON ${act} TO crossfade_state.audit DO INSTEAD NOTHING`);
    }
  }
}

const statements = [
  // What is refused is said, where the rules kept silent.
  'DROP RULE audit_no_update ON crossfade_state.audit',
  'DROP RULE audit_no_delete ON crossfade_state.audit',
  `ALTER TABLE crossfade_state.audit
     ADD COLUMN seq bigint UNIQUE, ADD COLUMN previous text, ADD COLUMN hash text`,
  // The text of a jsonb is the same for the same value: keys in one order, numbers in one form.
  `CREATE FUNCTION crossfade_state.audit_entry(a crossfade_state.audit) RETURNS text
   LANGUAGE sql IMMUTABLE AS $body$
     SELECT jsonb_build_object('seq', a.seq, 'at', a.at, 'actor', a.actor, 'action', a.action,
       'subject', a.subject, 'detail', a.detail)::text
   $body$`,
  `CREATE FUNCTION crossfade_state.seal_audit_row(sealed bigint) RETURNS void
   LANGUAGE plpgsql AS $body$
     DECLARE
       last crossfade_state.audit;
       fresh crossfade_state.audit;
     BEGIN
       SELECT * INTO last FROM crossfade_state.audit WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 1;
       SELECT * INTO STRICT fresh FROM crossfade_state.audit WHERE id = sealed;
       fresh.seq := coalesce(last.seq, 0) + 1;
       fresh.previous := coalesce(last.hash, repeat('0', 64));
       UPDATE crossfade_state.audit
       SET seq = fresh.seq, previous = fresh.previous,
           hash = encode(sha256(convert_to(
             fresh.previous || crossfade_state.audit_entry(fresh), 'UTF8')), 'hex')
       WHERE id = sealed;
     END
   $body$`,
  // At the commit, after everything else: whoever waits here holds nothing that another one still needs
  // before its own turn, so no order of statements can end in a deadlock.
  `CREATE FUNCTION crossfade_state.seal_audit() RETURNS trigger LANGUAGE plpgsql AS $body$
     BEGIN
       PERFORM pg_advisory_xact_lock(7265839);
       PERFORM crossfade_state.seal_audit_row(NEW.id);
       RETURN NULL;
     END
   $body$`,
  `CREATE FUNCTION crossfade_state.keep_audit() RETURNS trigger LANGUAGE plpgsql AS $body$
     BEGIN
       IF TG_OP = 'UPDATE' THEN
         IF OLD.hash IS NULL AND
           (OLD.id, OLD.at, OLD.actor, OLD.action, OLD.subject, OLD.detail) =
           (NEW.id, NEW.at, NEW.actor, NEW.action, NEW.subject, NEW.detail) THEN
           RETURN NEW;
         END IF;
       END IF;
       RAISE EXCEPTION 'the audit log only grows: no % here', TG_OP USING ERRCODE = '42501';
     END
   $body$`,
  `DO $body$
     DECLARE one bigint;
     BEGIN
       FOR one IN SELECT id FROM crossfade_state.audit ORDER BY id LOOP
         PERFORM crossfade_state.seal_audit_row(one);
       END LOOP;
     END
   $body$`,
  `CREATE TRIGGER audit_keep BEFORE UPDATE OR DELETE ON crossfade_state.audit
     FOR EACH ROW EXECUTE FUNCTION crossfade_state.keep_audit()`,
  `CREATE TRIGGER audit_keep_all BEFORE TRUNCATE ON crossfade_state.audit
     FOR EACH STATEMENT EXECUTE FUNCTION crossfade_state.keep_audit()`,
  `CREATE CONSTRAINT TRIGGER audit_seal AFTER INSERT ON crossfade_state.audit
     DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION crossfade_state.seal_audit()`,
];
