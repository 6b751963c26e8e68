import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What metrics systems answered: one row per query and moment, claimed first, answered later. */
export class CreateMetric1795392000000 implements MigrationInterface {
  name = 'CreateMetric1795392000000';

  async up(runner: QueryRunner): Promise<void> {
    // A query is known by its digest: whole ones may be longer than an index entry can be.
    await runner.query(`CREATE TABLE crossfade_state.metric (
      query text NOT NULL,
      at bigint NOT NULL,
      observation jsonb,
      PRIMARY KEY (query, at)
    )`);
    await runner.query(`CREATE INDEX metric_at ON crossfade_state.metric (at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE crossfade_state.metric');
  }
}
