import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When a plain flag client last reported to have asked for the flag of a migration, by migration. */
export class ClientAsked1796000460000 implements MigrationInterface {
  name = 'ClientAsked1796000460000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE crossfade_state.flag_client ADD COLUMN asked jsonb NOT NULL DEFAULT '{}'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE crossfade_state.flag_client DROP COLUMN asked');
  }
}
