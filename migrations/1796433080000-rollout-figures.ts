import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the newest tick measured, beside its rollout: scrapes read it and judge nothing. */
export class RolloutFigures1796433080000 implements MigrationInterface {
  name = 'RolloutFigures1796433080000';

  async up(runner: QueryRunner): Promise<void> {
    // `json`, not `jsonb`: a tick writes it only when it is another text.
    await runner.query('ALTER TABLE crossfade_state.rollout ADD COLUMN figures json');
    // What ended of late is found without looking at all that ever ended.
    await runner.query(
      `CREATE INDEX rollout_ended_at
       ON crossfade_state.rollout (((state->>'endedAt')::bigint)) WHERE ended`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX crossfade_state.rollout_ended_at');
    await runner.query('ALTER TABLE crossfade_state.rollout DROP COLUMN figures');
  }
}
