import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What instances say of themselves: our SDK its version, plain flag clients that they are there. */
export class CreateFlagClient1795827600000 implements MigrationInterface {
  name = 'CreateFlagClient1795827600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE crossfade_state.instance ADD COLUMN version text');
    await runner.query(`CREATE TABLE crossfade_state.flag_client (
      app text NOT NULL,
      instance text NOT NULL,
      environment text NOT NULL,
      sdk text,
      revision bigint,
      interval_ms bigint,
      seen_at bigint NOT NULL,
      PRIMARY KEY (app, instance, environment)
    )`);
    await runner.query(`CREATE TABLE crossfade_state.flag_usage (
      flag text NOT NULL,
      environment text NOT NULL,
      app text NOT NULL,
      hour bigint NOT NULL,
      answer text NOT NULL,
      times bigint NOT NULL,
      PRIMARY KEY (flag, environment, app, hour, answer)
    )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE crossfade_state.flag_usage');
    await runner.query('DROP TABLE crossfade_state.flag_client');
    await runner.query('ALTER TABLE crossfade_state.instance DROP COLUMN version');
  }
}
