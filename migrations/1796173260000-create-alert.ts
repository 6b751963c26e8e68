import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The inbox of alerts: one row for each occurrence that somebody told of. */
export class CreateAlert1796173260000 implements MigrationInterface {
  name = 'CreateAlert1796173260000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE crossfade_state.alert (
      -- Names source, fingerprint and beginning; these themselves can be of any length.
      key text PRIMARY KEY,
      -- The same for all occurrences of what is wrong.
      kind text NOT NULL,
      starts_at bigint,
      -- What began before that moment is over, whichever occurrence was told to have ended.
      ends_at bigint,
      status text NOT NULL,
      labels jsonb NOT NULL,
      partial boolean NOT NULL,
      body jsonb NOT NULL,
      heard_at bigint NOT NULL,
      last_heard_at bigint NOT NULL,
      resolved_at bigint,
      told integer NOT NULL DEFAULT 1
    )`);
    await runner.query(
      `CREATE INDEX alert_firing ON crossfade_state.alert USING gin (labels jsonb_path_ops)
       WHERE status = 'firing'`,
    );
    await runner.query(
      `CREATE INDEX alert_partial ON crossfade_state.alert (key) WHERE status = 'firing' AND partial`,
    );
    await runner.query('CREATE INDEX alert_kind ON crossfade_state.alert (kind, starts_at)');
    await runner.query('CREATE INDEX alert_age ON crossfade_state.alert (last_heard_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE crossfade_state.alert');
  }
}
