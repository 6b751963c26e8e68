import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a command says besides its verb and its reason, such as which guard it sets aside and for how long. */
export class CommandDetail1796259720000 implements MigrationInterface {
  name = 'CommandDetail1796259720000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE crossfade_state.command ADD COLUMN detail jsonb NOT NULL DEFAULT '{}'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE crossfade_state.command DROP COLUMN detail');
  }
}
