import type { MigrationInterface, QueryRunner } from 'typeorm';

/** By what an instance takes part; null for our own SDK. */
export class InstanceClient1795914060000 implements MigrationInterface {
  name = 'InstanceClient1795914060000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE crossfade_state.instance ADD COLUMN client text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE crossfade_state.instance DROP COLUMN client');
  }
}
