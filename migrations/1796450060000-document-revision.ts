import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Every revision of a document that was ever applied, so that people can compare two of them. */
export class DocumentRevision1796450060000 implements MigrationInterface {
  name = 'DocumentRevision1796450060000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX crossfade_state.audit_subject');
    await runner.query('DROP TRIGGER keep_revision ON crossfade_state.document');
    await runner.query('DROP FUNCTION crossfade_state.keep_revision()');
    await runner.query('DROP TABLE crossfade_state.document_revision');
  }
}

const statements = [
  `CREATE TABLE crossfade_state.document_revision (
     kind text NOT NULL,
     project text NOT NULL,
     name text NOT NULL,
     revision text NOT NULL,
     body jsonb NOT NULL,
     applied_by text NOT NULL,
     -- When it was applied last: somebody may go back to an earlier one.
     applied_at bigint NOT NULL,
     PRIMARY KEY (kind, project, name, revision)
   )`,
  `INSERT INTO crossfade_state.document_revision
   SELECT kind, project, name, revision, body, applied_by, applied_at FROM crossfade_state.document`,
  `CREATE FUNCTION crossfade_state.keep_revision() RETURNS trigger LANGUAGE plpgsql AS $body$
     BEGIN
       INSERT INTO crossfade_state.document_revision
       VALUES (NEW.kind, NEW.project, NEW.name, NEW.revision, NEW.body, NEW.applied_by, NEW.applied_at)
       ON CONFLICT (kind, project, name, revision) DO UPDATE
       SET applied_by = excluded.applied_by, applied_at = excluded.applied_at;
       RETURN NULL;
     END $body$`,
  `CREATE TRIGGER keep_revision AFTER INSERT OR UPDATE ON crossfade_state.document
   FOR EACH ROW EXECUTE FUNCTION crossfade_state.keep_revision()`,
  // What was done to one thing is looked up beside it.
  `CREATE INDEX audit_subject ON crossfade_state.audit (subject, seq)`,
];
