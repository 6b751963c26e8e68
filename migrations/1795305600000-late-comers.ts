import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What keeps late comers from doing harm: lanes for effects, a mark on instances that left, what a command saw. */
export class LateComers1795305600000 implements MigrationInterface {
  name = 'LateComers1795305600000';

  async up(runner: QueryRunner): Promise<void> {
    // Whatever is still wanted is asked for again by the next tick, and then knows its lane.
    await runner.query('DELETE FROM crossfade_state.effect');
    await runner.query('ALTER TABLE crossfade_state.effect ADD COLUMN lane text NOT NULL');
    await runner.query('DROP INDEX crossfade_state.effect_due');
    await runner.query(
      `CREATE INDEX effect_due ON crossfade_state.effect (lane, due_at) WHERE state <> 'done'`,
    );
    await runner.query('ALTER TABLE crossfade_state.instance ADD COLUMN left_at bigint');
    await runner.query('ALTER TABLE crossfade_state.command ADD COLUMN flag_revision bigint');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE crossfade_state.command DROP COLUMN flag_revision');
    await runner.query('DELETE FROM crossfade_state.instance WHERE left_at IS NOT NULL');
    await runner.query('ALTER TABLE crossfade_state.instance DROP COLUMN left_at');
    await runner.query('ALTER TABLE crossfade_state.effect DROP COLUMN lane');
    await runner.query(
      `CREATE INDEX effect_due ON crossfade_state.effect (due_at) WHERE state <> 'done'`,
    );
  }
}
