import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which rollouts would go back, and since when, is asked by every other that would: few have an answer. */
export class RolloutWish1796560000000 implements MigrationInterface {
  name = 'RolloutWish1796560000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE INDEX rollout_wish
      ON crossfade_state.rollout (((state->'wish'->>'since')::bigint)) WHERE state ? 'wish'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX crossfade_state.rollout_wish');
  }
}
