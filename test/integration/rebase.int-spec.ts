import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PostgresIntake } from '../../src/adapters/postgres/postgres-intake.ts';
import { PostgresObservationStore } from '../../src/adapters/postgres/postgres-observation-store.ts';
import { PostgresTickLog } from '../../src/adapters/postgres/postgres-tick-log.ts';
import type { Guard } from '../../src/core/policy/guard.ts';
import type { Policy } from '../../src/core/policy/policy.ts';
import { createRollout } from '../../src/core/rollout/create-rollout.ts';
import { type DecisionRecord, replay, replayMemory } from '../../src/core/rollout/replay.ts';
import { FaultPoints, type FaultPoint } from '../../src/engine/ports/fault-points.ts';
import { Reconciler } from '../../src/engine/reconciler.ts';
import { policyNamed } from '../support/policy-named.ts';
import { Silence } from '../support/silence.ts';
import { createStateDatabase, type StateDatabase } from '../support/state-database.ts';

const name = 'rebased';
const id = `${name}-1`;
const leaseMs = 10_000;
const policy = policyNamed(name);
const late: Guard = { name: 'late', compare: 'errors', tolerate: { ratio: 1.5, add: 0.1 } };
const onto: Policy = { ...policy, revision: 'fedcba987654', guards: [...policy.guards, late] };

let state: StateDatabase;
let log: PostgresTickLog;
let intake: PostgresIntake;

beforeAll(async () => {
  state = await createStateDatabase();
  log = new PostgresTickLog(state.source);
  intake = new PostgresIntake(state.source);
  await state.rollouts.create(createRollout(policy, id, 1, 0), policy);
  await tick();
});

afterAll(() => state?.close());

/** Dies at a point, as by kill -9: what it had not written is lost, what it had claimed stays claimed. */
class DiesAt extends FaultPoints {
  readonly #point: FaultPoint | null;

  constructor(point: FaultPoint | null) {
    super();
    this.#point = point;
  }

  override reached(point: FaultPoint): void {
    if (point === this.#point) throw new Error(`killed at ${point}`);
  }
}

/** One look of a server that has just started, whatever the one before it had left. */
async function tick(dies: FaultPoint | null = null): Promise<void> {
  await state.source.query(
    'UPDATE crossfade_state.rollout SET due_at = 0, lease_until = 0 WHERE NOT ended',
  );
  const observations = new PostgresObservationStore(state.source);
  const worker = { name: 'one', leaseMs };
  await new Reconciler(
    state.rollouts,
    observations,
    new DiesAt(dies),
    new Silence(),
    worker,
  ).tick();
}

function ask(requestId: string): Promise<string> {
  return intake.command(id, {
    verb: 'rebase',
    by: 'alice',
    reason: 'one more guard',
    requestId,
    role: 'operator',
    from: policy.revision,
    onto,
  });
}

async function recordOf(action: string): Promise<DecisionRecord> {
  const found = (await state.rollouts.decisions(id, 0, 100)).find((one) => one.action === action);
  const record = found === undefined ? null : await log.record(found.seq);
  if (record === null) throw new Error(`no decision ${action}`);
  return record;
}

async function pause(): Promise<void> {
  await intake.command(id, { verb: 'pause', by: 'bob', reason: null, requestId: null });
  await tick();
}

describe('a rebase in a database', () => {
  it('happens once, also when servers die between the command and what comes of it', async () => {
    const command = await ask('one');
    await tick('tick.beforeCommit');
    expect((await state.rollouts.named(name)).policy.revision).toBe(policy.revision);
    expect(await intake.answer(name, command)).toBeNull();
    await tick('tick.afterCommit');
    expect(await intake.answer(name, command)).toMatchObject({ accepted: true });
    await tick();
    const { rollout, policy: now } = await state.rollouts.named(name);
    expect(now).toEqual(onto);
    expect(rollout).toMatchObject({ policyRevision: onto.revision, phase: 'running' });
    const decisions = await state.rollouts.decisions(id, 0, 100);
    expect(decisions.filter(({ action }) => action === 'rebase')).toHaveLength(1);
    expect(await ask('one')).toBe(command);
  });

  it('is claimed by the newer revision from then on', async () => {
    await state.source.query('UPDATE crossfade_state.rollout SET due_at = 0, lease_until = 0');
    const claim = await state.rollouts.claimDue('two', leaseMs);
    expect(claim?.policy).toEqual(onto);
  });

  it('can be replayed to the last bit, before it and after it', async () => {
    await pause();
    const records = await Promise.all(['start', 'rebase', 'pause'].map(recordOf));
    expect(records.map((one) => one.policy.revision)).toEqual([
      policy.revision,
      policy.revision,
      onto.revision,
    ]);
    for (const record of records) expect(replay(record).differences).toEqual([]);
    const [, first, last] = records as [DecisionRecord, DecisionRecord, DecisionRecord];
    const ticks = await log.ticks(id, first.fence, last.fence, 100);
    const inputs = ticks.map(({ input }) => input);
    const policies = { first: first.policy, later: last.policy };
    const [from, to] = [first.checkpoint.memory, last.checkpoint.memory];
    expect(replayMemory(policies, from, inputs, to)).toEqual([]);
    expect(to?.judge.guards).toHaveLength(onto.guards.length);
    const unmoved = { first: policy, later: policy };
    expect(replayMemory(unmoved, from, inputs, to)).not.toEqual([]);
  });

  it('is audited with who asked, from what and onto what, without the whole of it', async () => {
    const rows: { actor: string; action: string; detail: Record<string, unknown> }[] =
      await state.source.query(
        `SELECT actor, action, detail FROM crossfade_state.audit
         WHERE action = 'rebase' OR detail->>'verb' = 'rebase' ORDER BY at, action DESC`,
      );
    const [asked, answered] = rows;
    expect(asked).toMatchObject({ actor: 'alice', action: 'rebase' });
    expect(asked?.detail).toMatchObject({ from: policy.revision, to: onto.revision });
    expect(asked?.detail).not.toHaveProperty('onto');
    expect(answered?.detail['reason']).toContain('guard late is new');
  });
});
