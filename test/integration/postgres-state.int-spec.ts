import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PostgresFlagProvider } from '../../src/adapters/postgres/postgres-flag-provider.ts';
import { PostgresIntake } from '../../src/adapters/postgres/postgres-intake.ts';
import { PostgresObservationStore } from '../../src/adapters/postgres/postgres-observation-store.ts';
import { PostgresOutbox } from '../../src/adapters/postgres/postgres-outbox.ts';
import { PostgresTokenStore } from '../../src/adapters/postgres/postgres-token-store.ts';
import type { InstanceReport } from '../../src/core/protocol/report.ts';
import { createRollout } from '../../src/core/rollout/create-rollout.ts';
import { initialRoute } from '../../src/core/rollout/wanted-route.ts';
import type { Claim } from '../../src/engine/ports/rollout-store.ts';
import { quietTick } from '../support/quiet-tick.ts';
import { openStateDatabase } from '../../src/adapters/postgres/data-source.ts';
import { createDatabase } from '../support/database.ts';
import { createStateDatabase, type StateDatabase } from '../support/state-database.ts';
import { examplePolicy } from '../support/example-policy.ts';
import { policyNamed } from '../support/policy-named.ts';

let state: StateDatabase;

beforeAll(async () => {
  state = await createStateDatabase();
});

afterAll(() => state.close());

/** Moves the clock that leases and due times live by. */
async function pass(ms: number): Promise<void> {
  await state.source.query('UPDATE crossfade_state.clock SET offset_ms = offset_ms + $1', [ms]);
}

async function started(name: string): Promise<string> {
  const policy = policyNamed(name);
  const attempt = await state.rollouts.nextAttempt(name);
  const id = `${name}-${attempt}`;
  await state.rollouts.create(createRollout(policy, id, attempt, 0), policy);
  return id;
}

async function claim(worker = 'one'): Promise<Claim> {
  const claimed = await state.rollouts.claimDue(worker, 10_000);
  if (claimed === null) throw new Error('nothing is due');
  return claimed;
}

describe('the state schema', () => {
  it('is what the entities say, to the last column', async () => {
    const log = await state.source.driver.createSchemaBuilder().log();
    expect(log.upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('can be migrated by servers that start at the same time', async () => {
    const fresh = await createDatabase();
    const opened = await Promise.all([1, 2, 3].map(() => openStateDatabase(fresh.url)));
    expect(opened.map(({ isInitialized }) => isInitialized)).toEqual([true, true, true]);
    for (const one of opened) await one.destroy();
    await fresh.drop();
  });
});

describe('claims', () => {
  it('gives a due rollout to one worker only, with a fence that rises', async () => {
    await started('claimed');
    const [one, two] = await Promise.all([
      state.rollouts.claimDue('one', 10_000),
      state.rollouts.claimDue('two', 10_000),
    ]);
    expect([one, two].filter((claimed) => claimed !== null)).toHaveLength(1);
    const first = one ?? two;
    expect(first?.fence).toBe(1);
    await pass(10_001);
    const again = await claim('two');
    expect(again.fence).toBe(2);
    if (first === null) throw new Error('unreachable');
    expect(await state.rollouts.commit(first, quietTick(first))).toBeNull();
    expect(await state.rollouts.commit(again, quietTick(again))).toEqual({ decision: null });
  });

  it('writes nothing at all for a claim that has become void', async () => {
    const id = await started('late');
    const late = await claim('late');
    await pass(10_001);
    const current = await claim('current');
    const decision = {
      action: 'start',
      from: 'pending',
      to: 'running',
      step: 'expand',
      reason: 'too late',
      by: 'crossfade',
      at: 0,
      measurements: [],
      version: 1,
    } as const;
    const effect = { kind: 'revokeJob', job: `${id}/backfill`, upTo: 1 } as const;
    const written = await state.rollouts.commit(
      late,
      quietTick(late, { decision, effects: [effect] }),
    );
    expect(written).toBeNull();
    expect(await state.rollouts.decisions(id, 0, 10)).toEqual([]);
    expect(await new PostgresOutbox(state.source).dueLanes()).toEqual([]);
    expect(await state.rollouts.commit(current, quietTick(current))).toEqual({ decision: null });
  });

  it('refuses a second active rollout of a policy', async () => {
    await started('twice');
    await expect(started('twice')).rejects.toMatchObject({ code: 'conflict' });
    const claimed = await claim();
    await state.rollouts.commit(claimed, quietTick(claimed));
  });

  it('sleeps until it is woken', async () => {
    await started('sleeper');
    const claimed = await claim();
    const dueAt = claimed.now + 3_600_000;
    await state.rollouts.commit(claimed, quietTick(claimed, { dueAt }));
    expect(await state.rollouts.claimDue('one', 10_000)).toBeNull();
    await state.rollouts.wake(['sleeper']);
    const woken = await claim();
    expect(woken.rollout.policy).toBe('sleeper');
    await state.rollouts.commit(woken, quietTick(woken));
  });
});

/** A report of one instance with one batch of evidence. */
const report = (seq: number, revision: number): InstanceReport => ({
  service: 'users-api',
  instance: 'api-1',
  seq,
  implements: ['reported'],
  acknowledged: [{ migration: 'reported', revision, safeSide: 'old', draining: 0 }],
  evidence: [
    {
      migration: 'reported',
      revision,
      fromMs: 0,
      toMs: 1,
      units: [{ unit: 'acme', cohort: 'baseline', requests: 3, failed: 1 }],
      latency: [],
      comparisons: [],
      fallbacks: 0,
      withoutUnit: 0,
      served: { old: 3, new: 0 },
    },
  ],
  maxStaleMs: 900_000,
  leaving: false,
});

describe('reports', () => {
  it('counts a batch once, however often it comes, and keeps the newest acknowledgement', async () => {
    await started('reported');
    const intake = new PostgresIntake(state.source);
    for (const one of [report(1, 4), report(1, 4), report(2, 5), report(1, 4)]) {
      await intake.report(one);
    }
    const claimed = await claim();
    const gathered = await new PostgresObservationStore(state.source).gather(
      claimed.rollout,
      'reported',
    );
    expect(gathered.evidence).toHaveLength(2);
    expect(gathered.instances).toMatchObject([{ instance: 'api-1', revision: 5 }]);
    const judgedEvidence = gathered.evidence.map((batch) => batch.id);
    await state.rollouts.commit(claimed, quietTick(claimed, { judgedEvidence }));
    const after = await new PostgresObservationStore(state.source).gather(
      claimed.rollout,
      'reported',
    );
    expect(after.evidence).toEqual([]);
  });
});

describe('what is forgotten', () => {
  it('is evidence after its time, what an earlier attempt left, and instances long gone', async () => {
    const day = 86_400_000;
    const intake = new PostgresIntake(state.source);
    const observations = new PostgresObservationStore(state.source);
    const policy = policyNamed('forgetful');
    const batch = (instance: string): InstanceReport => ({
      ...report(1, 1),
      instance,
      implements: ['forgetful'],
      evidence: report(1, 1).evidence.map((one) => ({ ...one, migration: 'forgetful' })),
    });
    const first = createRollout(policy, 'forgetful-1', 1, 0);
    await state.rollouts.create(first, policy);
    await intake.report(batch('early'));
    await state.rollouts.wake(['forgetful']);
    const claimed = await claim();
    await state.rollouts.commit(
      claimed,
      quietTick(claimed, { rollout: { ...first, phase: 'aborted' } }),
    );
    await state.rollouts.create(createRollout(policy, 'forgetful-2', 2, 0), policy);
    expect((await observations.gather(first, 'forgetful')).evidence).toEqual([]);

    await intake.report(batch('late'));
    await pass(day + 900_001);
    await intake.forget(day);
    const after = await observations.gather(first, 'forgetful');
    expect(after.evidence).toEqual([]);
    expect(after.instances).toEqual([]);
    const second = await claim();
    await state.rollouts.commit(second, quietTick(second));
  });
});

describe('the flag service', () => {
  it('never lets an older version replace a newer one, nor switches on what a person switched off', async () => {
    const flags = new PostgresFlagProvider(state.source);
    const spec = initialRoute(examplePolicy);
    const wanted = { name: 'switch', spec, version: 5, enable: true };
    await flags.set(wanted);
    await flags.set({ ...wanted, version: 4, spec: { ...spec, share: 90 } });
    expect((await flags.read('switch'))?.route.share).toBe(0);
    const off = await flags.edit('switch', { enabled: false }, 'bob');
    expect(off).toMatchObject({ version: null, changedBy: 'bob', route: { enabled: false } });
    await flags.set({ ...wanted, version: 6, enable: false });
    expect(await flags.read('switch')).toMatchObject({ version: 6, route: { enabled: false } });
    await flags.set({ ...wanted, version: 7, enable: true });
    const on = await flags.read('switch');
    expect(on?.route.enabled).toBe(true);
    expect(on?.route.revision).toBeGreaterThan(off.route.revision);
  });
});

describe('tokens', () => {
  it('know who holds them, and store no secret', async () => {
    const tokens = new PostgresTokenStore(state.source);
    const token = await tokens.create('sdk');
    expect(await tokens.verify(token)).toMatchObject({ scope: 'sdk' });
    expect(await tokens.verify(`${token.slice(0, -1)}x`)).toBeNull();
    expect(await tokens.verify('nonsense')).toBeNull();
    const rows: { hash: string }[] = await state.source.query(
      'SELECT hash FROM crossfade_state.token',
    );
    expect(rows.some(({ hash }) => token.includes(hash))).toBe(false);
  });
});
