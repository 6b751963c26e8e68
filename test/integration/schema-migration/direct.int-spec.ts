import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { canonical } from '../../../src/core/canonical.ts';
import type { DirectProgress } from '../../../src/core/protocol/direct-view.ts';
import { createRollout } from '../../../src/core/rollout/create-rollout.ts';
import type { SchemaMigration } from '../../../src/core/schema-migration/schema-migration.ts';
import { DirectRuns } from '../../../src/engine/schema-migration/direct-runs.ts';
import { examplePolicy } from '../../support/example-policy.ts';
import { sha256 } from '../../support/sha256.ts';
import { createStateDatabase, type StateDatabase } from '../../support/state-database.ts';
import { USERS_BIRTHDATE, UsersTarget } from '../../support/users-target.ts';

let state: StateDatabase;
let target: UsersTarget;
let runs: DirectRuns;
let asked = 0;

beforeAll(async () => {
  state = await createStateDatabase();
});
afterAll(() => state.close());
beforeEach(async () => {
  target = await UsersTarget.create();
  await target.admin.query(
    `INSERT INTO users (dob) SELECT to_char(date '1950-01-01' + n, 'YYYY-MM-DD') FROM generate_series(1, 2000) n`,
  );
  runs = new DirectRuns(state.rollouts, target.targets, { name: 'spec' });
});
afterEach(() => target.close());

/** Asks once, as a person does, and waits for the end. */
async function migrate(
  migration: SchemaMigration = USERS_BIRTHDATE,
  budgetMs = 60_000,
  { baseline = false } = {},
): Promise<DirectProgress> {
  asked += 1;
  const checksum = sha256(canonical(migration)).slice(0, 12);
  const request = {
    target: 'local',
    migration,
    checksum,
    author: 'ada',
    generation: asked,
    baseline,
  };
  return runs.advance(request, budgetMs);
}

const parts = async (): Promise<readonly string[]> =>
  (await target.works.records.history()).map(({ part, rollout }) => `${part} of ${rollout}`);

describe('a direct migration', () => {
  it('carries out all parts, fills every row, and leaves the new shape alone', async () => {
    expect(await migrate()).toMatchObject({ state: 'applied', reason: null });
    const { rows } = await target.admin.query(
      `SELECT count(*)::int AS rows, min(birthdate)::text AS first FROM users_v2.users WHERE birthdate IS NOT NULL`,
    );
    expect(rows).toEqual([{ rows: 2000, first: '1950-01-02' }]);
    await expect(target.admin.query('SELECT dob FROM users')).rejects.toThrow('does not exist');
    expect(await parts()).toEqual(
      ['expand', 'backfill', 'verify', 'contract'].map(
        (part) => `${part} of direct:users-birthdate`,
      ),
    );
  });

  it('does nothing where it was carried out', async () => {
    await migrate();
    const before = await target.works.records.history();
    expect(await migrate()).toEqual({
      migration: 'users-birthdate',
      state: 'already',
      parts: [],
      reason: null,
    });
    expect(await target.works.records.history()).toEqual(before);
  });

  it('refuses another content under a name that was carried out', async () => {
    await migrate();
    const other = { ...USERS_BIRTHDATE, to: 'users_v3' };
    await expect(migrate(other)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('was carried out with another content'),
    });
  });

  it('goes on where it was left', async () => {
    const first = await migrate(USERS_BIRTHDATE, 0);
    expect(['working', 'waits']).toContain(first.state);
    await target.works.revokeJob('direct:users-birthdate/expand/1', asked);
    expect(await migrate()).toMatchObject({ state: 'applied' });
  });

  it('stops at a row that cannot be converted, and ends once it is repaired', async () => {
    await target.admin.query(`UPDATE users SET dob = 'soon' WHERE id = 7`);
    const held = await migrate();
    expect(held.state).toBe('failed');
    expect(held.reason).toContain('1 rows could not be converted');
    await target.admin.query(`UPDATE users SET dob = '1951-01-01' WHERE id = 7`);
    expect(await migrate()).toMatchObject({ state: 'applied' });
  });

  it('checks parity anew when a person asks again after differences', async () => {
    target.faults.at = (point) => {
      if (point === 'verify.beforeCursor') throw new Error('stopped');
    };
    expect(await migrate()).toMatchObject({ state: 'failed', reason: 'stopped' });
    target.faults.at = () => undefined;
    await target.admin.query(
      `SET crossfade.sync = 'off'; UPDATE users SET birthdate = '1999-09-09' WHERE id = 3; RESET crossfade.sync`,
    );
    expect(await migrate()).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('1 rows differ'),
    });
    await target.admin.query(`UPDATE users SET birthdate = dob::date WHERE id = 3`);
    expect(await migrate()).toMatchObject({ state: 'applied' });
  });

  it('is held by a conversion that would lose something, and says which', async () => {
    await target.admin.query(`UPDATE users SET dob = '1951-1-1' WHERE id = 7`);
    const held = await migrate();
    expect(held.state).toBe('held');
    expect(held.reason).toContain('down(up(x)) must give x');
  });

  it('names what fails, and tries it again when it is asked again', async () => {
    const broken = {
      ...USERS_BIRTHDATE,
      operations: [{ ...USERS_BIRTHDATE.operations[0]!, up: 'no_such(dob)' }],
    };
    const failed = await migrate(broken);
    expect(failed).toMatchObject({ state: 'failed', reason: expect.stringContaining('no_such') });
    await target.admin.query(
      'CREATE FUNCTION no_such(text) RETURNS date LANGUAGE sql RETURN $1::date',
    );
    expect((await migrate(broken)).state).toBe('applied');
  });

  it('notes a database that has the new shape already', async () => {
    expect(await migrate(USERS_BIRTHDATE, 0, { baseline: true })).toMatchObject({
      state: 'baseline',
    });
    expect(await migrate()).toMatchObject({ state: 'already' });
    expect(await parts()).toEqual(['baseline of direct']);
    const { name: migration } = USERS_BIRTHDATE;
    const request = { target: 'local', migration, author: 'ada', generation: asked };
    await expect(runs.abandon(request, 60_000)).rejects.toThrow(
      'is noted as there already, so nothing was begun that could be given up',
    );
  });
});

describe('a direct migration that is given up', () => {
  const name = USERS_BIRTHDATE.name;
  const abandon = (by = 'ada', forMs = 60_000): Promise<DirectProgress> => {
    asked += 1;
    const request = { target: 'local', migration: name, author: by, generation: asked };
    return runs.abandon(request, forMs);
  };
  const another = { ...USERS_BIRTHDATE, name: 'another' };

  it('leaves the old shape alone and its tables to others, and may be begun anew', async () => {
    await target.admin.query(`UPDATE users SET dob = 'soon' WHERE id = 7`);
    expect(await migrate()).toMatchObject({ state: 'failed' });
    await expect(migrate(another)).rejects.toThrow('crossfade migrate --abandon users-birthdate');
    const waiting = asked;
    expect(await abandon('bob')).toMatchObject({ state: 'abandoned', parts: [{ kind: 'retire' }] });
    await expect(target.admin.query('SELECT birthdate FROM users')).rejects.toThrow('not exist');
    await target.admin.query(`UPDATE users SET dob = '1951-01-01' WHERE id = 7`);
    expect((await target.works.records.history()).at(-1)).toMatchObject({
      part: 'retire',
      author: 'bob',
      rollout: 'direct:users-birthdate',
    });
    // Whoever had asked for it before that, and waits for the end, does not begin it anew.
    const checksum = sha256(canonical(USERS_BIRTHDATE)).slice(0, 12);
    const before = { target: 'local', checksum, author: 'ada', generation: waiting };
    await expect(
      runs.advance({ ...before, migration: USERS_BIRTHDATE, baseline: false }, 60_000),
    ).rejects.toThrow('was given up on local meanwhile');
    const entries = (await parts()).length;
    expect(await abandon()).toMatchObject({ state: 'abandoned', parts: [] });
    expect(await parts()).toHaveLength(entries);
    expect(await migrate(another)).toMatchObject({ state: 'applied' });
  });

  it('stops what is under way, and goes on with nothing of it', async () => {
    await migrate(USERS_BIRTHDATE, 0);
    await abandon('ada', 0);
    await expect(migrate()).rejects.toThrow('users-birthdate is being given up on local');
    expect(await abandon()).toMatchObject({ state: 'abandoned' });
    const jobs = await target.works.jobs('direct:users-birthdate');
    expect(jobs.map(({ kind, status }) => `${kind} ${status}`)).toEqual([
      'expand revoked',
      'retire done',
    ]);
    expect(await migrate()).toMatchObject({ state: 'applied' });
    expect(await parts()).toContain('contract of direct:users-birthdate#2');
  });

  it('is refused by its name alone where nothing was begun, and after contract', async () => {
    await expect(abandon()).rejects.toMatchObject({ code: 'notFound' });
    await migrate();
    await expect(abandon()).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining('contract has put the old shape away'),
    });
  });

  it('goes on over several calls after a rollout had its time there', async () => {
    await target.run('expand');
    await target.run('retire');
    expect((await migrate(USERS_BIRTHDATE, 0)).state).not.toBe('failed');
    await target.admin.query(`UPDATE users SET dob = 'soon' WHERE id = 7`);
    expect(await migrate()).toMatchObject({ state: 'failed' });
    expect(await abandon()).toMatchObject({ state: 'abandoned' });
  });
});

describe('a direct migration beside rollouts', () => {
  it('is refused while one lives on a table that it changes', async () => {
    const policy = { ...examplePolicy, target: 'local' };
    await state.rollouts.create(createRollout(policy, 'users-birthdate-1', 1, 0), policy);
    const other = { ...USERS_BIRTHDATE, name: 'another' };
    await expect(migrate(other)).rejects.toMatchObject({ code: 'conflict' });
    await expect(migrate(other)).rejects.toThrow('the rollout of users-birthdate lives there');
    expect(await parts()).toEqual([]);
    await state.source.query(`UPDATE crossfade_state.rollout SET ended = true, due_at = NULL`);
    expect((await migrate(other)).state).toBe('applied');
  });

  it('is refused where another one has not ended, and where that has taken the version away', async () => {
    await target.admin.query(`INSERT INTO users (dob) VALUES ('unknown')`);
    expect(await migrate()).toMatchObject({ state: 'failed' });
    const named: SchemaMigration = {
      ...USERS_BIRTHDATE,
      name: 'named',
      to: 'users_named',
      operations: [{ operation: 'renameColumn', table: 'users', column: 'id', to: 'number' }],
    };
    await expect(migrate(named)).rejects.toThrow(
      'named changes users, and users-birthdate was begun there by migrate --direct and has not ended',
    );
    await target.admin.query(`UPDATE users SET dob = NULL WHERE dob = 'unknown'`);
    expect(await migrate()).toMatchObject({ state: 'applied' });
    // Nothing of it may be called done where its old version shows nothing any more.
    expect(await migrate(named)).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining(
        'users is read through users_v2 since. Write `from: users_v2`',
      ),
    });
    expect(await migrate({ ...named, name: 'next', from: 'users_v2' })).toMatchObject({
      state: 'applied',
    });
    await target.admin.query('SELECT number FROM users_named.users');
  });

  it('is refused where another server has begun one, until that is put away', async () => {
    await target.run('expand');
    await expect(migrate({ ...USERS_BIRTHDATE, name: 'another' })).rejects.toThrow(
      'the rollout of users-birthdate lives there',
    );
    await target.run('retire');
    expect(await migrate()).toMatchObject({ state: 'applied' });
  });
});
