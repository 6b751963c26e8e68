import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What ticks took in, and what decisions were made from: judged again, they give the same verdict. */
export class CreateTick1795478400000 implements MigrationInterface {
  name = 'CreateTick1795478400000';

  async up(runner: QueryRunner): Promise<void> {
    // `json`, not `jsonb`: kept as it was written, to the last character.
    await runner.query(`CREATE TABLE crossfade_state.tick (
      rollout_id text NOT NULL REFERENCES crossfade_state.rollout (id),
      fence bigint NOT NULL,
      at bigint NOT NULL,
      input json NOT NULL,
      checkpoint json,
      PRIMARY KEY (rollout_id, fence)
    )`);
    await runner.query(`CREATE UNIQUE INDEX decision_seq ON crossfade_state.decision (seq)`);
    await runner.query(
      `CREATE INDEX tick_old ON crossfade_state.tick (at) WHERE checkpoint IS NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX crossfade_state.decision_seq');
    await runner.query('DROP TABLE crossfade_state.tick');
  }
}
