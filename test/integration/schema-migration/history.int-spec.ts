import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { canonical } from '../../../src/core/canonical.ts';
import type { FaultPoint } from '../../../src/engine/ports/fault-points.ts';
import { sha256 } from '../../support/sha256.ts';
import { USERS_BIRTHDATE, UsersTarget } from '../../support/users-target.ts';

let target: UsersTarget;

beforeEach(async () => {
  target = await UsersTarget.create();
  await target.admin.query(`INSERT INTO users (dob) VALUES ('1815-12-10'), ('1906-12-09')`);
});
afterEach(() => target.close());

const partsOf = async (): Promise<readonly string[]> =>
  (await target.works.records.history()).map(({ part, outcome }) => `${part} ${outcome}`);

describe('the history of a target', () => {
  it('has one line for each part that was carried out, with all that is to be known of it', async () => {
    for (const kind of ['expand', 'backfill', 'verify', 'contract'] as const)
      await target.run(kind);
    expect(await partsOf()).toEqual([
      'expand success',
      'backfill success',
      'verify success',
      'contract success',
    ]);
    const [first] = await target.works.records.history();
    expect(first).toMatchObject({
      migration: 'users-birthdate',
      versionFrom: 'users_v1',
      versionTo: 'users_v2',
      checksum: sha256(canonical(USERS_BIRTHDATE)).slice(0, 12),
      author: 'crossfade',
      rollout: 'r1',
      tables: ['users'],
    });
    const { durationMs = -1, endedAt = 0, startedAt = 0 } = first ?? {};
    // Each of the three is rounded by itself.
    expect(Math.abs(durationMs - (endedAt - startedAt))).toBeLessThanOrEqual(1);
  });

  it('names who began it', async () => {
    await target.works.ensureJob({
      id: 'a',
      rollout: 'users-birthdate-1',
      kind: 'expand',
      migration: USERS_BIRTHDATE,
      batchTimeMs: 100,
      generation: 1,
      author: 'ada (token 1)',
    });
    while (await target.works.work('spec', 1_000, new AbortController().signal));
    expect(await target.works.records.history()).toMatchObject([
      { author: 'ada (token 1)', rollout: 'users-birthdate-1' },
    ]);
  });

  it.each([
    ['contract', 'contract.beforeCommit'],
    ['backfill', 'backfill.beforeCommit'],
  ] as const)('says nothing of a %s whose transaction did not commit', async (kind, point) => {
    await target.run('expand');
    if (kind === 'contract') await target.run('backfill');
    const before = await partsOf();
    crashAt(point);
    expect(await target.run(kind)).toMatchObject({ status: 'failed', reason: 'killed' });
    expect(await partsOf()).toEqual([...before, `${kind} failed`]);
    expect((await target.works.records.history()).at(-1)?.reason).toBe('killed');
  });

  it('keeps the checksum of a content whose keys stood in another order', async () => {
    const { operations, ...rest } = USERS_BIRTHDATE;
    await target.run('expand', { operations, ...rest });
    const [entry] = await target.works.records.history();
    expect(entry?.checksum).toBe(sha256(canonical(USERS_BIRTHDATE)).slice(0, 12));
  });

  it('comes to a target that an earlier version prepared, and loses nothing', async () => {
    await target.run('expand');
    await target.admin.query(
      `SET crossfade.own = 'on'; DROP TABLE crossfade.history;
       ALTER TABLE crossfade.job DROP author, DROP started_at, DROP drifted`,
    );
    await target.works.prepare();
    expect(await partsOf()).toEqual([]);
    expect(await target.run('backfill')).toMatchObject({ status: 'done', done: 2 });
    expect(await partsOf()).toEqual(['backfill success']);
  });

  function crashAt(at: FaultPoint): void {
    target.faults.at = (point) => {
      if (point === at) throw new Error('killed');
    };
  }
});
