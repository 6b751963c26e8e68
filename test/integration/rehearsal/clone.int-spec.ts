import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openTargetPostgres } from '../../../src/adapters/target-postgres/open-target-postgres.ts';
import { CrossfadeError } from '../../../src/core/errors.ts';
import type { TargetPrediction } from '../../../src/core/protocol/target-view.ts';
import type { JobState } from '../../../src/core/schema-migration/job.ts';
import { OpenTargets } from '../../../src/engine/open-targets.ts';
import { TargetInspection } from '../../../src/engine/target-inspection.ts';
import { USERS_BIRTHDATE, UsersTarget } from '../../support/users-target.ts';

function never(): never {
  throw new Error('nothing was foreseen');
}

const ROWS = `INSERT INTO users (dob) SELECT '1815-12-10' FROM generate_series(1, 20); ANALYZE users`;

describe('the step rehearse on a clone', () => {
  let real: UsersTarget;
  let clone: UsersTarget;
  let targets: OpenTargets;

  beforeEach(async () => {
    [real, clone] = await Promise.all([UsersTarget.create(), UsersTarget.create()]);
    const urls: Readonly<Record<string, string>> = { real: real.url, clone: clone.url };
    const connect = (name: string) => {
      const url = urls[name];
      if (url === undefined) throw new CrossfadeError('notFound', `no target ${name}`);
      return Promise.resolve({ database: openTargetPostgres(url), isProtected: false });
    };
    targets = new OpenTargets(connect, real.faults);
    await Promise.all([real, clone].map(({ admin }) => admin.query(ROWS)));
  });
  afterEach(async () => {
    await targets.close();
    await Promise.all([real.close(), clone.close()]);
  });

  /** Until it is over, or held. */
  async function rehearsed(on: string): Promise<JobState> {
    const works = await targets.open('real');
    const about = { kind: 'rehearse', migration: USERS_BIRTHDATE, batchTimeMs: 100 } as const;
    await works.ensureJob({ id: 'j', rollout: 'r', generation: 1, on, ...about });
    for (;;) {
      await works.work('spec', 1_000, new AbortController().signal);
      const [job] = await works.jobs('r');
      if (job !== undefined && (job.hold !== undefined || job.status === 'done')) return job;
    }
  }

  async function foreseen(): Promise<TargetPrediction> {
    const connect = () => Promise.resolve(openTargetPostgres(real.url));
    const asked = [{ migration: USERS_BIRTHDATE }];
    const [planned] = await new TargetInspection(connect, null).foresee('real', asked);
    return planned?.prediction ?? never();
  }

  it('tries on its rows, and plans of the real table go by what was measured there', async () => {
    await real.admin.query(`INSERT INTO users (dob) VALUES ('in spring')`);
    expect(await rehearsed('clone')).toMatchObject({
      status: 'done',
      reason: 'on copies of 20 rows of users',
    });
    const kept = await real.works.rehearsals.last(USERS_BIRTHDATE);
    expect(kept?.report.notes[0]).toBe('tried on the clone clone, not on the target itself');
    expect(await foreseen()).toMatchObject({ basis: 'rehearsal' });
  });

  it.each([
    ['a tenth', 2_000, 20_000],
    ['four times', 6_000, 1_500],
  ])('foresees with %s of the rows, and says how far it may be wrong', async (_, there, here) => {
    const rows = (count: number): string =>
      `INSERT INTO users (name, email, dob) SELECT 'user ' || n, n || '@example.com', '1815-12-10'
       FROM generate_series(21, ${count}) n; ANALYZE users`;
    await Promise.all([clone.admin.query(rows(there)), real.admin.query(rows(here))]);
    await rehearsed('clone');
    const told = await foreseen();
    expect(told.rehearsal?.rows).toBe(there);
    // All rows of the real table: nothing of it is guessed.
    const asked = { id: 'here', migration: USERS_BIRTHDATE, statements: null };
    while ((await real.works.rehearsals.advance(asked, 5_000)) === null);
    const came = await foreseen();
    for (const part of ['walBytes', 'diskBytes'] as const) {
      expect([part, told[part] / came[part]]).toEqual([part, expect.closeTo(1, 1)]);
      const { least, most } = told.between ?? never();
      expect(least[part]).toBeLessThanOrEqual(told[part]);
      expect(most[part]).toBeGreaterThanOrEqual(told[part]);
    }
    expect(told.backfill).toBeGreaterThan(0);
  });

  it('holds for what it finds there, and creates nothing here', async () => {
    await clone.admin.query(`INSERT INTO users (dob) VALUES ('in spring')`);
    const held = await rehearsed('clone');
    expect(held).toMatchObject({ hold: 'rehearsal' });
    expect(held.reason).toMatch(/^rehearsal failed: 1 of 21 copied rows cannot be converted/);
  });

  it('is not done on a standby, nor on a clone that has the new shape, and says so', async () => {
    await clone.run('expand');
    expect((await rehearsed('clone')).reason).toBe(
      'nothing can be tried on the clone clone: users-birthdate has begun on this target, or has been carried out; ' +
        'a rehearsal comes before. Nothing has been created',
    );
    await targets.close();
    await clone.admin.query(
      `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); END $$`,
    );
    await real.admin.query(`UPDATE crossfade.job SET hold = NULL, due_at = now()`);
    expect((await rehearsed('clone')).reason).toContain(
      'it is read-only: name a restored dump, or a replica that has been promoted',
    );
  });

  it('waits for a target that nobody knows', async () => {
    expect(await rehearsed('other')).toMatchObject({
      hold: 'rehearsal',
      reason: 'nothing can be tried on the clone other: no target other. Nothing has been created',
    });
  });
});
