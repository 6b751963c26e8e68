import { afterEach, describe, expect, it } from '@jest/globals';
import { openTargetPostgres } from '../../../src/adapters/target-postgres/open-target-postgres.ts';
import { FullQuarantine } from '../../../src/engine/schema-migration/full-quarantine.ts';
import type { TurnEnd } from '../../../src/engine/schema-migration/job-run.ts';
import { JobStore } from '../../../src/engine/schema-migration/job-store.ts';
import { UsersTarget } from '../../support/users-target.ts';

describe('a backfill of rows that mostly cannot be converted', () => {
  let target: UsersTarget;
  afterEach(() => target.close());

  it('holds once the quarantine is full, and goes on when rows are well again', async () => {
    target = await UsersTarget.create();
    await target.admin.query(`INSERT INTO users (dob) SELECT 'soon' FROM generate_series(1, 3)`);
    await target.run('expand');
    await target.run('backfill');
    expect(await target.quarantine()).toHaveLength(3);
    await target.ensure('verify');
    const database = openTargetPostgres(target.url);
    const job = await new JobStore(database).claim('spec', 1_000);
    if (job === null) throw new Error('nothing was due');
    const run = (most: number): Promise<TurnEnd> =>
      new FullQuarantine(database, { run: () => Promise.resolve({ kind: 'finished' }) }, most).run({
        job,
        isOver: () => false,
      });
    expect(await run(3)).toEqual({ kind: 'finished' });
    expect(await run(2)).toMatchObject({
      kind: 'waits',
      hold: 'quarantine',
      reason: expect.stringMatching(
        /^the quarantine is full: more than 2 rows of users-birthdate could not be converted/,
      ),
    });
    const app = await target.application();
    await app.query(`UPDATE users_v1.users SET dob = '1990-01-01' WHERE id = 1`);
    expect(await run(2)).toEqual({ kind: 'finished' });
    await database.close();
  });
});
