import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PostgresFleetReader } from '../../src/adapters/postgres/postgres-fleet-reader.ts';
import { PostgresFollowStore } from '../../src/adapters/postgres/postgres-follow-store.ts';
import { PostgresObservationStore } from '../../src/adapters/postgres/postgres-observation-store.ts';
import type { Decision } from '../../src/core/rollout/decision.ts';
import { createRollout } from '../../src/core/rollout/create-rollout.ts';
import type { RolloutFigures } from '../../src/core/rollout/rollout-figures.ts';
import type { Rollout } from '../../src/core/rollout/rollout.ts';
import type { Claim, TickResult } from '../../src/engine/ports/rollout-store.ts';
import { examplePolicy } from '../support/example-policy.ts';
import { policyNamed } from '../support/policy-named.ts';
import { quietTick } from '../support/quiet-tick.ts';
import { createStateDatabase, type StateDatabase } from '../support/state-database.ts';

const figures: RolloutFigures = {
  exposure: { wanted: 25, set: 25, acknowledged: 0, peak: 5 },
  instances: { confirmed: 2 },
  guards: [],
};

let state: StateDatabase;
let reader: PostgresFleetReader;

beforeAll(async () => {
  state = await createStateDatabase();
  reader = new PostgresFleetReader(state.source);
});

afterAll(() => state.close());

async function now(): Promise<number> {
  const [row] = await state.source.query('SELECT crossfade_state.now() AS now');
  return Number(row.now);
}

async function claimed(): Promise<Claim> {
  const claim = await state.rollouts.claimDue('one', 10_000);
  if (claim === null) throw new Error('nothing is due');
  return claim;
}

/** Starts an attempt of the policy, and gives it one tick. */
async function ticked(
  name: string,
  change: (rollout: Rollout) => Partial<TickResult> = () => ({}),
): Promise<void> {
  const policy = policyNamed(name);
  const attempt = await state.rollouts.nextAttempt(name);
  const rollout = createRollout(policy, `${name}-${attempt}`, attempt, 0);
  await state.rollouts.create(rollout, policy);
  const claim = await claimed();
  await state.rollouts.commit(claim, quietTick(claim, change(claim.rollout)));
}

const endingAt = (at: number) => (rollout: Rollout) => ({
  rollout: { ...rollout, phase: 'rolled_back' as const, endedAt: at },
});

const decision: Decision = {
  action: 'hold',
  from: 'running',
  to: 'running',
  step: 'expand',
  reason: 'no instance',
  by: 'crossfade',
  at: 5,
  measurements: [],
  version: 4,
};

describe('the fleet', () => {
  it('is the newest attempt of each policy with what its last tick saw, what lives first', async () => {
    const minute = 60_000;
    await ticked('a-ended', endingAt((await now()) - minute));
    await ticked('b-retried', endingAt((await now()) - minute));
    await ticked('b-retried');
    await ticked('c-old', endingAt((await now()) - 20 * minute));
    await ticked('d-running', () => ({ figures: JSON.stringify(figures), decision }));
    await new PostgresObservationStore(state.source).putTarget('d-running-1', {
      jobs: [],
      routeRow: null,
      health: null,
      error: 'refused',
      at: 7,
    });
    const { members, leftOut } = await reader.read(10, 15 * minute);
    expect(members.map(({ rollout }) => rollout.id)).toEqual([
      'b-retried-2',
      'd-running-1',
      'a-ended-1',
    ]);
    expect(members[1]).toMatchObject({
      project: 'identity',
      steps: examplePolicy.steps.length,
      figures,
      lastDecision: { action: 'hold', at: 5 },
      target: { at: 7, isReadable: false, parity: null, backfills: [] },
    });
    expect(members[0]).toMatchObject({ figures: null, lastDecision: null, target: null });
    expect(leftOut).toBe(0);
    expect(await reader.read(2, 15 * minute)).toMatchObject({ leftOut: 1 });
  });

  it('leaves out what simply runs before what somebody may have to look at', async () => {
    const hold = { code: 'noData', reason: 'as told', since: 0 } as const;
    const runs = { phase: 'running', hold: null } as const;
    await ticked('e-fine', (rollout) => ({ rollout: { ...rollout, ...runs } }));
    await ticked('z-held', (rollout) => ({ rollout: { ...rollout, ...runs, hold } }));
    await ticked('y-frozen', (rollout) => ({ rollout: { ...rollout, phase: 'frozen' } }));
    const names = async (limit: number): Promise<readonly string[]> =>
      (await reader.read(limit, 900_000)).members.map(({ rollout }) => rollout.policy);
    const all = await names(10);
    expect(all).toEqual(['b-retried', 'd-running', 'e-fine', 'y-frozen', 'z-held', 'a-ended']);
    expect(await names(4)).toEqual(all.filter((name) => name !== 'e-fine' && name !== 'a-ended'));
    await state.source.query(
      `UPDATE crossfade_state.rollout SET ended = true, due_at = NULL WHERE policy ~ '^[eyz]-'`,
    );
  });

  it('names the sets that are followed and refused, as long as somebody follows them', async () => {
    const following = new PostgresFollowStore(state.source);
    const fault = { since: 0, commit: null, message: '1 fault', faults: [] };
    for (const [set, leaseMs, found] of [
      ['shop', 60_000, fault],
      ['good', 60_000, null],
      ['left', 0, fault],
    ] as const) {
      const held = await following.take(set, '/policies', 'a', leaseMs);
      if (held === null) throw new Error('unreachable');
      await following.report(held.turn, { fingerprint: 'f', fault: found });
    }
    expect((await reader.read(1, 0)).refusedSets).toEqual(['shop']);
  });

  it('keeps figures as they are while a tick has none that differ', async () => {
    await state.rollouts.wake(['d-running']);
    await state.source.query(
      `UPDATE crossfade_state.rollout SET due_at = 1 WHERE policy = 'd-running'`,
    );
    const claim = await claimed();
    expect(claim).toMatchObject({ figures: JSON.stringify(figures), dueAt: 1 });
    await state.rollouts.commit(claim, quietTick(claim));
    const { members } = await reader.read(10, 0);
    expect(members.find(({ rollout }) => rollout.policy === 'd-running')?.figures).toEqual(figures);
  });

  it('knows what is due and how long it waits, and counts nothing of what has ended', async () => {
    const at = await now();
    await state.source.query(
      `UPDATE crossfade_state.rollout SET due_at = $1 WHERE id = 'b-retried-2'`,
      [at - 3_000],
    );
    await state.source.query(
      `INSERT INTO crossfade_state.evidence (migration, instance, seq, piece, received_at, body)
       VALUES ('d-running', 'i', 1, 0, $1, '{}'), ('a-ended', 'i', 2, 0, $1, '{}')`,
      [at - 2_000],
    );
    const { queues } = await reader.read(10, 0);
    const byName = Object.fromEntries(queues.map(({ name, ...queue }) => [name, queue]));
    expect(byName['rollouts']?.depth).toBe(1);
    expect(byName['rollouts']?.oldestMs).toBeGreaterThanOrEqual(3_000);
    expect(byName['evidence']).toMatchObject({ depth: 1 });
    expect(byName['effects']).toEqual({ depth: 0, oldestMs: null });
    expect(byName['commands']).toEqual({ depth: 0, oldestMs: null });
  });
});
