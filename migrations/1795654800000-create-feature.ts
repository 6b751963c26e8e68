import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Flags that people manage, beside those of rollouts, and one record of what changed last for all
 * of them: its revisions are given out in the order in which changes become visible.
 */
export class CreateFeature1795654800000 implements MigrationInterface {
  name = 'CreateFeature1795654800000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...tables, ...changes]) await runner.query(statement);
    for (const { table, ...columns } of watched) {
      const call = [columns.kind, columns.name, columns.served, columns.project];
      const words = call.map((word) => `'${word}'`).join(', ');
      await runner.query(`CREATE TRIGGER begin_flag_change
        BEFORE INSERT OR UPDATE OR DELETE ON crossfade_state.${table}
        FOR EACH STATEMENT EXECUTE FUNCTION crossfade_state.begin_flag_change()`);
      await runner.query(`CREATE TRIGGER note_flag_change
        AFTER INSERT OR UPDATE OR DELETE ON crossfade_state.${table}
        FOR EACH ROW EXECUTE FUNCTION crossfade_state.note_flag_change(${words})`);
    }
    await runner.query(`INSERT INTO crossfade_state.flag_change (kind, name, served, project, revision)
      SELECT 'route', name, migration, 'default', nextval('crossfade_state.flag_change_revision')
      FROM crossfade_state.flag`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of ['note_flag_change', 'begin_flag_change']) {
      await runner.query(`DROP TRIGGER ${name} ON crossfade_state.flag`);
    }
    for (const table of [
      'client_token',
      'feature_environment',
      'feature',
      'segment',
      'environment',
      'project',
    ]) {
      await runner.query(`DROP TABLE crossfade_state.${table}`);
    }
    await runner.query('DROP TABLE crossfade_state.flag_change');
    await runner.query('DROP FUNCTION crossfade_state.note_flag_change()');
    await runner.query('DROP FUNCTION crossfade_state.begin_flag_change()');
    await runner.query('DROP SEQUENCE crossfade_state.flag_change_revision');
  }
}

const tables = [
  `CREATE TABLE crossfade_state.project (name text PRIMARY KEY)`,
  `CREATE TABLE crossfade_state.environment (name text PRIMARY KEY)`,
  `INSERT INTO crossfade_state.project VALUES ('default')`,
  `INSERT INTO crossfade_state.environment VALUES ('development'), ('production')`,
  `CREATE TABLE crossfade_state.feature (
     name text PRIMARY KEY,
     project text NOT NULL REFERENCES crossfade_state.project (name),
     type text NOT NULL,
     description text,
     stale boolean NOT NULL,
     impression_data boolean NOT NULL,
     tags jsonb NOT NULL,
     dependencies jsonb NOT NULL,
     changed_by text NOT NULL,
     changed_at bigint NOT NULL
   )`,
  `CREATE TABLE crossfade_state.feature_environment (
     feature text NOT NULL REFERENCES crossfade_state.feature (name) ON DELETE CASCADE,
     environment text NOT NULL REFERENCES crossfade_state.environment (name),
     enabled boolean NOT NULL,
     strategies jsonb NOT NULL,
     variants jsonb NOT NULL,
     PRIMARY KEY (feature, environment)
   )`,
  `CREATE TABLE crossfade_state.segment (
     id integer PRIMARY KEY,
     name text NOT NULL UNIQUE,
     description text,
     constraints jsonb NOT NULL,
     changed_by text NOT NULL,
     changed_at bigint NOT NULL
   )`,
  `CREATE TABLE crossfade_state.client_token (
     id text PRIMARY KEY,
     scope text NOT NULL,
     name text NOT NULL,
     projects jsonb NOT NULL,
     environment text NOT NULL REFERENCES crossfade_state.environment (name),
     hash text NOT NULL UNIQUE,
     created_at bigint NOT NULL,
     expires_at bigint
   )`,
];

/** Tables whose rows clients are served, and where a row says what it is called. */
const watched = [
  { table: 'flag', kind: 'route', name: 'name', served: 'migration', project: '' },
  { table: 'feature', kind: 'feature', name: 'name', served: 'name', project: 'project' },
  {
    table: 'feature_environment',
    kind: 'feature',
    name: 'feature',
    served: 'feature',
    project: '',
  },
  { table: 'segment', kind: 'segment', name: 'id', served: 'id', project: '' },
];

const changes = [
  `CREATE SEQUENCE crossfade_state.flag_change_revision`,
  // What is gone keeps its row, so that a client which was away can be told.
  `CREATE TABLE crossfade_state.flag_change (
     kind text NOT NULL,
     name text NOT NULL,
     served text NOT NULL,
     project text NOT NULL,
     revision bigint NOT NULL UNIQUE,
     PRIMARY KEY (kind, name)
   )`,
  // One after the other until their commit: else a later revision could become visible before an
  // earlier one, and whoever holds the later one would never hear of the earlier.
  `CREATE FUNCTION crossfade_state.begin_flag_change() RETURNS trigger LANGUAGE plpgsql AS
     'BEGIN PERFORM pg_advisory_xact_lock(7265838); RETURN NULL; END'`,
  `CREATE FUNCTION crossfade_state.note_flag_change() RETURNS trigger LANGUAGE plpgsql AS $body$
     DECLARE
       changed jsonb;
     BEGIN
       IF TG_OP = 'DELETE' THEN changed := to_jsonb(OLD); ELSE changed := to_jsonb(NEW); END IF;
       IF TG_OP = 'UPDATE' AND to_jsonb(OLD) = changed THEN RETURN NULL; END IF;
       INSERT INTO crossfade_state.flag_change AS c (kind, name, served, project, revision)
       VALUES (TG_ARGV[0], changed->>TG_ARGV[1], changed->>TG_ARGV[2],
               coalesce(changed->>TG_ARGV[3], 'default'),
               nextval('crossfade_state.flag_change_revision'))
       ON CONFLICT (kind, name) DO UPDATE
       SET served = excluded.served, revision = excluded.revision,
           project = CASE WHEN TG_ARGV[3] = '' THEN c.project ELSE excluded.project END;
       PERFORM pg_notify('crossfade_route', changed->>TG_ARGV[1]);
       RETURN NULL;
     END $body$`,
];
