import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a tick saw besides evidence, and the tick it follows: a whole rollout can be decided again. */
export class TickSeen1795564800000 implements MigrationInterface {
  name = 'TickSeen1795564800000';

  async up(runner: QueryRunner): Promise<void> {
    // Ticks from before know neither. They are forgotten within a day; until then they show a gap.
    await runner.query(
      'ALTER TABLE crossfade_state.tick ADD COLUMN seen json, ADD COLUMN follows bigint',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE crossfade_state.tick DROP COLUMN seen, DROP COLUMN follows');
  }
}
