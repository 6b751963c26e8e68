import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { PostgresObservationStore } from '../../src/adapters/postgres/postgres-observation-store.ts';
import { PostgresRolloutStore } from '../../src/adapters/postgres/postgres-rollout-store.ts';
import { openStateDatabase } from '../../src/adapters/postgres/data-source.ts';
import { NoFaults } from '../../src/adapters/system/kill-points.ts';
import { openTargetPostgres } from '../../src/adapters/target-postgres/open-target-postgres.ts';
import type { Policy } from '../../src/core/policy/policy.ts';
import { createRollout } from '../../src/core/rollout/create-rollout.ts';
import type { Rollout } from '../../src/core/rollout/rollout.ts';
import { BoundTables } from '../../src/engine/bound-tables.ts';
import { Reconciler } from '../../src/engine/reconciler.ts';
import { policyNamed } from '../support/policy-named.ts';
import { Silence } from '../support/silence.ts';
import { createStateDatabase, type StateDatabase } from '../support/state-database.ts';

let state: StateDatabase;
/** What a second server has: connections of its own to the same database. */
let second: PostgresRolloutStore;
let closeSecond: () => Promise<void>;

beforeAll(async () => {
  state = await createStateDatabase();
  const source = await openStateDatabase(state.url);
  second = new PostgresRolloutStore(source);
  closeSecond = () => source.destroy();
});

afterAll(async () => {
  await closeSecond?.();
  await state?.close();
});

const onShop = (name: string, change: Partial<Policy> = {}): Policy =>
  policyNamed(name, { target: 'shop', ...change });

function start(policy: Policy, mayWait: boolean, store = state.rollouts): Promise<Rollout> {
  return store.create(createRollout(policy, `${policy.name}-1`, 1, 1_000), policy, { mayWait });
}

/** A round of both servers at the same time. */
async function tick(): Promise<void> {
  await state.source.query(
    'UPDATE crossfade_state.rollout SET due_at = 0 WHERE due_at IS NOT NULL',
  );
  const observations = new PostgresObservationStore(state.source);
  await Promise.all(
    [state.rollouts, second].map((store, index) => {
      const worker = { name: `server ${index}`, leaseMs: 10_000 };
      return new Reconciler(store, observations, new NoFaults(), new Silence(), worker).tick();
    }),
  );
}

async function phases(...names: string[]): Promise<readonly unknown[]> {
  const found = await Promise.all(names.map((name) => state.rollouts.named(name)));
  return found.map(({ rollout }) => rollout.phase);
}

async function end(name: string): Promise<void> {
  await state.source.query(
    `UPDATE crossfade_state.rollout SET phase = 'completed', ended = true, due_at = NULL,
       state = state || '{"phase": "completed", "endedAt": 1}' WHERE policy = $1`,
    [name],
  );
}

describe('starts at the same moment on two servers', () => {
  it('begin one, refuse the other, and give who may wait a place behind it', async () => {
    const asked = [start(onShop('a'), false), start(onShop('b'), false, second)];
    const answers = await Promise.allSettled(asked);
    const statuses = answers.map(({ status }) => status);
    expect(statuses.toSorted()).toEqual(['fulfilled', 'rejected']);
    const winner = statuses[0] === 'fulfilled' ? 'a' : 'b';
    const refused = answers.find((answer) => answer.status === 'rejected');
    expect(refused?.reason).toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(`the rollout of ${winner} (not begun, 20 s at the least`),
    });
    const waiting = await Promise.all([start(onShop('c'), true), start(onShop('d'), true, second)]);
    const places = waiting.map(({ queued }) => queued?.behind.map(({ policy }) => policy));
    const [one, other] = places[0]?.length === 1 ? ['c', 'd'] : ['d', 'c'];
    expect(places.toSorted((a, b) => (a?.length ?? 0) - (b?.length ?? 0))).toEqual([
      [winner],
      [winner, one],
    ]);
    await tick();
    expect(await phases(winner, 'c', 'd')).toEqual(['running', 'pending', 'pending']);
    await end(winner);
    await tick();
    await tick();
    expect(await phases(one, other as string)).toEqual(['running', 'pending']);
    const starts = await state.source.query<{ count: string }[]>(
      `SELECT count(*) FROM crossfade_state.decision
       WHERE rollout_id IN ('c-1', 'd-1') AND body->>'action' = 'start'`,
    );
    expect(starts).toEqual([{ count: '1' }]);
    await end(one);
    await tick();
    expect(await phases(other as string)).toEqual(['running']);
    await end(other as string);
  });

  it('never let wait for a flag, which its policy keeps for good', async () => {
    await start(onShop('owner'), false);
    const heir = onShop('heir', {
      target: 'other',
      flag: { provider: 'crossfade', name: 'owner' },
    });
    await expect(start(heir, true)).rejects.toMatchObject({
      message: expect.stringMatching(/uses flag owner as well; name another flag$/),
    });
    await end('owner');
  });

  it('leave what an attempt before it still has to do alone, until the new one begins', async () => {
    await start(onShop('again'), false);
    await state.source.query(
      `UPDATE crossfade_state.rollout SET phase = 'rolled_back', ended = true, due_at = 9e15
       WHERE id = 'again-1'`,
    );
    await start(onShop('other'), false);
    const retried = onShop('again');
    await state.rollouts.create(createRollout(retried, 'again-2', 2, 1_000), retried, {
      mayWait: true,
    });
    const dueAt = async (): Promise<unknown> => {
      const rows: { due_at: unknown }[] = await state.source.query(
        `SELECT due_at FROM crossfade_state.rollout WHERE id = 'again-1'`,
      );
      return rows[0]?.due_at;
    };
    expect(await dueAt()).toBe('9000000000000000');
    await end('other');
    await state.source.query(`UPDATE crossfade_state.rollout SET due_at = 0 WHERE id = 'again-2'`);
    const observations = new PostgresObservationStore(state.source);
    const worker = { name: 'one', leaseMs: 10_000 };
    await new Reconciler(second, observations, new NoFaults(), new Silence(), worker).tick();
    expect(await phases('again')).toEqual(['running']);
    expect(await dueAt()).toBeNull();
  });
});

describe('what ties tables of a target together', () => {
  it('is read with its columns, from keys and views that lead from a table to another', async () => {
    const client = new pg.Client({ connectionString: state.url });
    await client.connect();
    await client.query(`CREATE TABLE users (id int PRIMARY KEY, plan text, boss int REFERENCES users);
      CREATE TABLE orders (id int, user_id int CONSTRAINT of_user REFERENCES users, total int);
      CREATE TABLE alone (id int);
      CREATE VIEW bills AS SELECT o.total, u.plan FROM orders o JOIN users u ON u.id = o.user_id;
      CREATE VIEW plans AS SELECT plan FROM users`);
    await client.end();
    const tables = new BoundTables(() => Promise.resolve(openTargetPostgres(state.url)));
    const users = { table: 'users', schema: 'public' };
    const orders = { table: 'orders', schema: 'public' };
    expect(await tables.of(policyNamed('users'))).toEqual([
      {
        kind: 'foreign key',
        name: 'of_user',
        ends: [
          { ...orders, columns: ['user_id'] },
          { ...users, columns: ['id'] },
        ],
      },
      {
        kind: 'view',
        name: 'bills',
        ends: [
          { ...orders, columns: ['user_id', 'total'] },
          { ...users, columns: ['id', 'plan'] },
        ],
      },
    ]);
  });
});
