import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What happened to a rollout is looked up by time, a page of it at once. */
export class EventTime1796550000000 implements MigrationInterface {
  name = 'EventTime1796550000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX decision_time ON crossfade_state.decision (rollout_id, at)');
    await runner.query('CREATE INDEX command_time ON crossfade_state.command (rollout_id, at)');
    await runner.query('CREATE INDEX alert_over ON crossfade_state.alert (resolved_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    const names = ['decision_time', 'command_time', 'alert_over'];
    await runner.query(`DROP INDEX ${names.map((one) => `crossfade_state.${one}`).join(', ')}`);
  }
}
