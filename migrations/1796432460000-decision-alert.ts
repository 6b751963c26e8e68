import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Finds the decisions that an alert led to, of which there are few among all. */
export class DecisionAlert1796432460000 implements MigrationInterface {
  name = 'DecisionAlert1796432460000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE INDEX decision_alert ON crossfade_state.decision ((body->>'alert'))
       WHERE body->>'alert' IS NOT NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX crossfade_state.decision_alert');
  }
}
