import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The token of a session knows whose it is by the identity provider's word, and not by its name. */
export class TokenPerson1796570000000 implements MigrationInterface {
  name = 'TokenPerson1796570000000';

  async up(runner: QueryRunner): Promise<void> {
    // Null for a token that is no session.
    await runner.query('ALTER TABLE crossfade_state.token ADD COLUMN person text');
    await runner.query(
      `UPDATE crossfade_state.token SET person = substr(created_by, length('sign-in of ') + 1)
       WHERE created_by LIKE 'sign-in of %'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE crossfade_state.token DROP COLUMN person');
  }
}
