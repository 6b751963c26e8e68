import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An effect remembers the decision that it is of, so that a trace of it leads there. */
export class EffectTraceparent1796463080000 implements MigrationInterface {
  name = 'EffectTraceparent1796463080000';

  async up(runner: QueryRunner): Promise<void> {
    // As W3C writes a place in a trace; null where nobody traces.
    await runner.query('ALTER TABLE crossfade_state.effect ADD COLUMN traceparent text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE crossfade_state.effect DROP COLUMN traceparent');
  }
}
