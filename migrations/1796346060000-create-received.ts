import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Metrics that applications send: what is remembered of each sender's series, and what they counted. */
export class CreateReceived1796346060000 implements MigrationInterface {
  name = 'CreateReceived1796346060000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE crossfade_state.received_stream (
      -- A digest: what names a sender can be of any length.
      stream text PRIMARY KEY,
      migration text NOT NULL,
      version bigint NOT NULL,
      -- Names of the series, and what is known of each, in the same order.
      keys jsonb NOT NULL,
      body text NOT NULL,
      heard_at bigint NOT NULL
    )`);
    await runner.query(
      'CREATE INDEX received_stream_migration ON crossfade_state.received_stream (migration)',
    );
    await runner.query(
      'CREATE INDEX received_stream_age ON crossfade_state.received_stream (heard_at)',
    );
    // Each batch writes a row of its own, so that replicas never wait for each other here.
    await runner.query(`CREATE TABLE crossfade_state.received_window (
      migration text NOT NULL,
      -- End of the second that the batch was kept in, in milliseconds.
      at bigint NOT NULL,
      counts jsonb NOT NULL
    )`);
    await runner.query(
      'CREATE INDEX received_window_at ON crossfade_state.received_window (migration, at)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE crossfade_state.received_window');
    await runner.query('DROP TABLE crossfade_state.received_stream');
  }
}
