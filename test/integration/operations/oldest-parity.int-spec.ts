import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { roundsOf } from '../../../src/engine/parity-rounds.ts';
import { startDebianPostgres } from '../../support/debian-postgres.ts';
import type { DebianPostgres } from '../../support/debian-postgres.ts';
import { USERS_BIRTHDATE, USERS_TABLE, UsersTarget } from '../../support/users-target.ts';

const id = roundsOf({ id: 'r1' });

describe('rounds of parity on the oldest PostgreSQL', () => {
  let debian: DebianPostgres;
  let target: UsersTarget;
  beforeAll(async () => {
    debian = await startDebianPostgres();
    target = await UsersTarget.create(USERS_TABLE, debian.url);
    await target.admin.query(
      `INSERT INTO users (dob) SELECT '2000-01-01' FROM generate_series(1, 5000) n`,
    );
    for (const kind of ['expand', 'backfill'] as const) await target.run(kind);
  });
  afterAll(async () => {
    await target?.close();
    await debian?.close();
  });

  async function roundNumber(generation: number): Promise<unknown> {
    await target.works.beginParityRound({
      id,
      rollout: id,
      kind: 'parity',
      migration: USERS_BIRTHDATE,
      batchTimeMs: 100,
      generation,
    });
    for (;;) {
      await target.works.work('spec', 1_000, new AbortController().signal);
      const round = await target.works.parityRound(id);
      if (round?.status === 'done') return round;
    }
  }

  const secretly = (sql: string) =>
    target.admin.query(`BEGIN; SET LOCAL session_replication_role = replica; ${sql}; COMMIT`);

  it('find every planted difference, and none when it is mended', async () => {
    expect(await roundNumber(1)).toMatchObject({ compared: 5000, differences: 0 });
    await secretly(`UPDATE users SET birthdate = '1900-01-01' WHERE id IN (1, 2500, 5000)`);
    expect(await roundNumber(2)).toMatchObject({ compared: 5000, differences: 3 });
    await secretly('UPDATE users SET birthdate = dob::date');
    expect(await roundNumber(3)).toMatchObject({ compared: 5000, differences: 0 });
  });
});
