import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PostgresObservationStore } from '../../src/adapters/postgres/postgres-observation-store.ts';
import type { ParitySample } from '../../src/core/judge/parity-watch.ts';
import { createRollout } from '../../src/core/rollout/create-rollout.ts';
import { ParityRounds } from '../../src/engine/parity-rounds.ts';
import { TargetCollector } from '../../src/engine/target-collector.ts';
import { examplePolicy } from '../support/example-policy.ts';
import { createStateDatabase, type StateDatabase } from '../support/state-database.ts';
import { USERS_BIRTHDATE, UsersTarget } from '../support/users-target.ts';
import { Silence } from '../support/silence.ts';

const policy = {
  ...examplePolicy,
  schemaMigration: USERS_BIRTHDATE,
  guards: [{ name: 'parity', threshold: 'parity', maxRows: 0, onFail: 'hold' }] as const,
};

describe('rounds of parity', () => {
  let state: StateDatabase;
  let target: UsersTarget;
  let rounds: ParityRounds;
  let collector: TargetCollector;
  beforeAll(async () => {
    state = await createStateDatabase();
    // The id under which jobs are asked for below.
    await state.rollouts.create(createRollout(policy, 'r1', 1, 0), policy);
  });
  afterAll(() => state.close());
  beforeEach(async () => {
    target = await UsersTarget.create();
    await target.admin.query(
      `INSERT INTO users (dob) SELECT '2000-01-01' FROM generate_series(1, 10) n`,
    );
    rounds = new ParityRounds(state.rollouts, target.targets);
    const observations = new PostgresObservationStore(state.source);
    const clock = { now: () => Promise.resolve(Date.now()) };
    collector = new TargetCollector(
      state.rollouts,
      observations,
      target.targets,
      clock,
      new Silence(),
    );
    seen = async () => {
      await collector.collect(policy.target);
      return (await observations.target('r1'))?.parity;
    };
  });
  afterEach(() => target.close());

  let seen: () => Promise<ParitySample | undefined>;
  const keepUp = () => rounds.keepUp(policy.target);
  const work = () => target.works.work('spec', 60_000, new AbortController().signal);
  const round = () => target.works.parityRound('r1/rounds');
  const filled = async () => {
    for (const kind of ['expand', 'backfill'] as const) await target.run(kind);
  };
  /** As if the target had been left alone for a minute. */
  const rest = () =>
    target.admin.query(`UPDATE crossfade.job SET updated_at = updated_at - interval '1 min'`);
  const secretly = (sql: string) =>
    target.admin.query(`BEGIN; SET LOCAL session_replication_role = replica; ${sql}; COMMIT`);

  it('begin with the end of the backfill, and end with contract', async () => {
    await target.run('expand');
    await keepUp();
    expect([await round(), await seen()]).toEqual([null, undefined]);
    await target.run('backfill');
    expect(await seen()).toMatchObject({ rows: null, note: 'the first round has not begun' });
    await keepUp();
    expect(await seen()).toMatchObject({ rows: null, note: '0 rows of the first round' });
    await target.ensure('contract');
    await keepUp();
    expect([(await round())?.status, await seen()]).toEqual(['revoked', undefined]);
  });

  it('follow each other after a rest, and leave one row', async () => {
    await filled();
    await keepUp();
    await work();
    await keepUp();
    expect(await round()).toMatchObject({ status: 'done', generation: 1, compared: 10 });
    await rest();
    await Promise.all([keepUp(), keepUp()]);
    const last = { differences: 0, rows: 10 };
    expect(await round()).toMatchObject({ status: 'pending', generation: 2, compared: 0, last });
    const { rows } = await target.admin.query(`SELECT FROM crossfade.job WHERE kind = 'parity'`);
    expect(rows).toHaveLength(1);
  });

  it('tell what differs until a whole round has found nothing any more', async () => {
    await filled();
    await secretly('UPDATE users SET birthdate = NULL WHERE id IN (3, 4)');
    await keepUp();
    await work();
    expect(await seen()).toMatchObject({
      rows: 2,
      note: expect.stringMatching(/^last whole round/),
    });
    await secretly(`UPDATE users SET birthdate = dob::date`);
    await rest();
    await keepUp();
    expect(await seen()).toMatchObject({ rows: 2 });
    await work();
    expect(await seen()).toMatchObject({ rows: 0, roundEndedAt: expect.any(Number) });
  });

  it('begin anew where one has failed half done, and know nothing until then', async () => {
    await filled();
    await keepUp();
    await target.admin.query(`UPDATE crossfade.job SET status = 'failed', reason = 'no luck',
      cursor = '{"operation": 9}' WHERE kind = 'parity'`);
    await target.admin.query(
      `INSERT INTO crossfade.job_slice (job, operation, until, rows, size, differences) VALUES ('r1/rounds', 0, '{1}', 1, 1, 0)`,
    );
    expect(await seen()).toMatchObject({ rows: null, note: 'the last round failed: no luck' });
    await rest();
    await keepUp();
    await work();
    expect(await round()).toMatchObject({ status: 'done', compared: 10, differences: 0 });
  });
});
