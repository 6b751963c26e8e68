import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { requestRollback } from '../../src/adapters/break-glass/request-rollback.ts';
import { PostgresObservationStore } from '../../src/adapters/postgres/postgres-observation-store.ts';
import type { Policy } from '../../src/core/policy/policy.ts';
import { createRollout } from '../../src/core/rollout/create-rollout.ts';
import type { Command } from '../../src/core/rollout/observations.ts';
import { createDatabase } from '../support/database.ts';
import { policyNamed } from '../support/policy-named.ts';
import { startSilentProxy } from '../support/silent-proxy.ts';
import { createStateDatabase, type StateDatabase } from '../support/state-database.ts';

/** Longer than a busy machine takes from one claim to the next. */
const leaseMs = 60_000;

let state: StateDatabase;

const policyOf = (name: string): Policy => policyNamed(name, { target: `${name}-db` });
const rolloutOf = (name: string) => createRollout(policyOf(name), `${name}-1`, 1, 0);

beforeAll(async () => {
  state = await createStateDatabase();
  for (const name of ['one', 'two']) await state.rollouts.create(rolloutOf(name), policyOf(name));
});

afterAll(() => state.close());

const commandsOf = async (name: string): Promise<readonly Command[]> =>
  (await new PostgresObservationStore(state.source).gather(rolloutOf(name), name)).commands;

const asking = (requestId: string) => ({ by: 'ada', reason: 'it burns', requestId });

describe('a rollback asked for in the state database', () => {
  it('is a command like any other, once for each request, and is due at once', async () => {
    const one = { rollout: 'one-1', policy: 'one', target: 'one-db' };
    await state.source.query(
      `UPDATE crossfade_state.rollout SET due_at = crossfade_state.now() + 86400000`,
    );
    for (const name of ['one', 'one-1']) {
      expect(await requestRollback(state.url, name, asking('a'))).toEqual([one]);
    }
    expect(await commandsOf('one')).toMatchObject([
      { verb: 'rollback', by: 'ada', reason: 'it burns' },
    ]);
    expect((await state.rollouts.claimDue('worker', leaseMs))?.rollout.id).toBe('one-1');
    expect(await state.rollouts.claimDue('worker', leaseMs)).toBeNull();
  });

  it('is one for each rollout under way where all are meant', async () => {
    const all = await requestRollback(state.url, null, asking('b'));
    expect(all.map(({ rollout }) => rollout)).toEqual(['one-1', 'two-1']);
    expect(await commandsOf('two')).toHaveLength(1);
  });

  it('is none where nothing of that name is under way', async () => {
    expect(await requestRollback(state.url, 'three', asking('c'))).toEqual([]);
    await state.source.query(`UPDATE crossfade_state.rollout SET ended = true`);
    expect(await requestRollback(state.url, null, asking('d'))).toEqual([]);
  });

  it('is no statement of whoever chooses the name', async () => {
    const name = `one'; DROP TABLE crossfade_state.command; --`;
    expect(await requestRollback(state.url, name, asking('e'))).toEqual([]);
    expect(await commandsOf('one')).toHaveLength(2);
  });

  it('fails where the database is none of ours, and soon where it does not answer', async () => {
    const foreign = await createDatabase();
    await expect(requestRollback(foreign.url, 'one', asking('f'))).rejects.toThrow(
      /crossfade_state/,
    );
    await foreign.drop();
    const silent = await startSilentProxy(1);
    silent.silence();
    const url = `postgresql://somebody@127.0.0.1:${silent.port}/crossfade`;
    await expect(requestRollback(url, 'one', asking('g'))).rejects.toThrow(/timeout/);
    await silent.stop();
  });
});
