import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tokens that people and programs are given: with a name, roles per project, an end and a last use. */
export class ApiToken1796259660000 implements MigrationInterface {
  name = 'ApiToken1796259660000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE crossfade_state.token
      ADD COLUMN name text NOT NULL DEFAULT '',
      ADD COLUMN roles jsonb NOT NULL DEFAULT '{}',
      ADD COLUMN created_by text NOT NULL DEFAULT 'crossfade',
      ADD COLUMN expires_at bigint,
      ADD COLUMN last_used_at bigint,
      ADD COLUMN revoked_at bigint`);
    await runner.query(`UPDATE crossfade_state.token SET name = scope || '.token'`);
    await runner.query(
      `UPDATE crossfade_state.token SET roles = '{"*": "admin"}' WHERE scope = 'admin'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM crossfade_state.token WHERE scope IN ('api', 'otlp')`);
    await runner.query(`ALTER TABLE crossfade_state.token
      DROP COLUMN name, DROP COLUMN roles, DROP COLUMN created_by,
      DROP COLUMN expires_at, DROP COLUMN last_used_at, DROP COLUMN revoked_at`);
  }
}
