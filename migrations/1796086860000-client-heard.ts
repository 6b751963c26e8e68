import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How often at the least one hears of a plain flag client that asks another flag system; null for ours. */
export class ClientHeard1796086860000 implements MigrationInterface {
  name = 'ClientHeard1796086860000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE crossfade_state.flag_client ADD COLUMN heard_ms bigint');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE crossfade_state.flag_client DROP COLUMN heard_ms');
  }
}
