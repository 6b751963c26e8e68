import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Documents that are applied together, and the folders that servers follow. */
export class DocumentSet1796536800000 implements MigrationInterface {
  name = 'DocumentSet1796536800000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER announce_removal ON crossfade_state.document');
    for (const table of ['follow', 'document_set_member', 'document_set']) {
      await runner.query(`DROP TABLE crossfade_state.${table}`);
    }
    await runner.query('DROP FUNCTION crossfade_state.announce_removal()');
    await runner.query('DROP FUNCTION crossfade_state.announce_set()');
  }
}

const statements = [
  `CREATE TABLE crossfade_state.document_set (
     name text PRIMARY KEY,
     revision text NOT NULL,
     git_commit text,
     dirty boolean NOT NULL,
     applied_by text NOT NULL,
     applied_at bigint NOT NULL
   )`,
  `CREATE TABLE crossfade_state.document_set_member (
     kind text NOT NULL,
     project text NOT NULL,
     name text NOT NULL,
     document_set text NOT NULL REFERENCES crossfade_state.document_set (name),
     -- As the set has it; what is applied may be another one by now.
     revision text NOT NULL,
     -- Whether it was in the set the last time that it was applied.
     present boolean NOT NULL,
     -- A document has one owner at most.
     PRIMARY KEY (kind, project, name),
     FOREIGN KEY (kind, project, name)
       REFERENCES crossfade_state.document (kind, project, name) ON DELETE CASCADE
   )`,
  `CREATE TABLE crossfade_state.follow (
     document_set text PRIMARY KEY,
     folder text NOT NULL,
     owner text NOT NULL,
     lease_until bigint NOT NULL,
     fence bigint NOT NULL,
     -- Of what was applied or refused last, and when that was tried.
     fingerprint text,
     tried_at bigint,
     fault jsonb
   )`,
  `CREATE FUNCTION crossfade_state.announce_removal() RETURNS trigger LANGUAGE plpgsql AS
   $body$ BEGIN
     PERFORM pg_notify('crossfade_change', json_build_object(
       'kind', 'document', 'name', left(OLD.name, 500), 'project', OLD.project)::text);
     RETURN NULL;
   END $body$`,
  // Whose documents a set has differs from one to the next; that it stands differently is no secret.
  `CREATE FUNCTION crossfade_state.announce_set() RETURNS trigger LANGUAGE plpgsql AS
   $body$ BEGIN
     PERFORM pg_notify('crossfade_change', '{"kind":"document","name":"","project":null}');
     RETURN NULL;
   END $body$`,
  `CREATE TRIGGER announce_removal AFTER DELETE ON crossfade_state.document
   FOR EACH ROW EXECUTE FUNCTION crossfade_state.announce_removal()`,
  `CREATE TRIGGER announce_change AFTER INSERT OR UPDATE ON crossfade_state.document_set
   FOR EACH ROW EXECUTE FUNCTION crossfade_state.announce_set()`,
  `CREATE TRIGGER announce_change AFTER UPDATE OF fault ON crossfade_state.follow
   FOR EACH ROW WHEN (OLD.fault IS DISTINCT FROM NEW.fault)
   EXECUTE FUNCTION crossfade_state.announce_set()`,
];
