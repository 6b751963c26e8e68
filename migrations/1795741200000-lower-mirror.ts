import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The copy of a flag that lives elsewhere can be lowered by a rollback before that system hears of
 * it, and outlives a change of the system: its revisions never fall.
 */
export class LowerMirror1795741200000 implements MigrationInterface {
  name = 'LowerMirror1795741200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE crossfade_state.flag
      ADD COLUMN lowered jsonb,
      ADD COLUMN lowered_version bigint,
      ADD COLUMN revision_base bigint NOT NULL DEFAULT 0,
      ADD COLUMN provider_revision bigint NOT NULL DEFAULT 0`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE crossfade_state.flag
      DROP COLUMN lowered, DROP COLUMN lowered_version,
      DROP COLUMN revision_base, DROP COLUMN provider_revision`);
  }
}
