import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How many calls a caller may still make, counted for all servers together. */
export class CreatePermit1796500000000 implements MigrationInterface {
  name = 'CreatePermit1796500000000';

  async up(runner: QueryRunner): Promise<void> {
    // Rows are written over and over, so there is room for their next version beside them.
    await runner.query(
      `CREATE TABLE crossfade_state.permit (
         -- A token, or the slot that an address or an account falls into.
         caller text NOT NULL,
         kind text NOT NULL,
         remaining double precision NOT NULL,
         -- What was given out last.
         granted double precision NOT NULL,
         at bigint NOT NULL,
         PRIMARY KEY (caller, kind)
       ) WITH (fillfactor = 50)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE crossfade_state.permit');
  }
}
