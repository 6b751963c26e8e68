import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { openStateDatabase } from '../../src/adapters/postgres/data-source.ts';
import { PostgresFlagProvider } from '../../src/adapters/postgres/postgres-flag-provider.ts';
import { PostgresIntake } from '../../src/adapters/postgres/postgres-intake.ts';
import { PostgresObservationStore } from '../../src/adapters/postgres/postgres-observation-store.ts';
import { PostgresOutbox } from '../../src/adapters/postgres/postgres-outbox.ts';
import { PostgresRolloutStore } from '../../src/adapters/postgres/postgres-rollout-store.ts';
import { PostgresTokenStore } from '../../src/adapters/postgres/postgres-token-store.ts';
import type { InstanceReport } from '../../src/core/protocol/report.ts';
import { createRollout } from '../../src/core/rollout/create-rollout.ts';
import { initialRoute } from '../../src/core/rollout/wanted-route.ts';
import type { Claim, TickResult } from '../../src/engine/ports/rollout-store.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { examplePolicy } from '../support/example-policy.ts';

let database: TestDatabase;
let source: DataSource;
let rollouts: PostgresRolloutStore;

beforeAll(async () => {
  database = await createDatabase();
  source = await openStateDatabase(database.url);
  rollouts = new PostgresRolloutStore(source);
});

afterAll(async () => {
  await source.destroy();
  await database.drop();
});

/** Moves the clock that leases and due times live by. */
async function pass(ms: number): Promise<void> {
  await source.query('UPDATE crossfade_state.clock SET offset_ms = offset_ms + $1', [ms]);
}

async function started(name: string): Promise<string> {
  const policy = { ...examplePolicy, name, target: name, flag: { ...examplePolicy.flag, name } };
  const attempt = await rollouts.nextAttempt(name);
  const id = `${name}-${attempt}`;
  await rollouts.create(createRollout(policy, id, attempt, 0), policy);
  return id;
}

async function claim(worker = 'one'): Promise<Claim> {
  const claimed = await rollouts.claimDue(worker, 10_000);
  if (claimed === null) throw new Error('nothing is due');
  return claimed;
}

function quiet(claimed: Claim, change: Partial<TickResult> = {}): TickResult {
  const nothing = {
    judge: null,
    trace: null,
    judgedEvidence: [],
    decision: null,
    effects: [],
    answers: [],
  };
  return { rollout: claimed.rollout, dueAt: null, ...nothing, ...change };
}

describe('the state schema', () => {
  it('is what the entities say, to the last column', async () => {
    const log = await source.driver.createSchemaBuilder().log();
    expect(log.upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('can be migrated by servers that start at the same time', async () => {
    const fresh = await createDatabase();
    const opened = await Promise.all([1, 2, 3].map(() => openStateDatabase(fresh.url)));
    expect(opened.map(({ isInitialized }) => isInitialized)).toEqual([true, true, true]);
    for (const one of opened) await one.destroy();
    await fresh.drop();
  });

  it('lets nobody rewrite the audit', async () => {
    const id = await started('audited');
    const intake = new PostgresIntake(source);
    await intake.command(id, { verb: 'pause', by: 'alice', reason: null, requestId: null });
    await source.query('DELETE FROM crossfade_state.audit');
    await source.query(`UPDATE crossfade_state.audit SET actor = 'nobody'`);
    const rows: { actor: string; action: string }[] = await source.query(
      `SELECT actor, action FROM crossfade_state.audit WHERE subject = $1 ORDER BY id`,
      [id],
    );
    expect(rows).toEqual([
      { actor: 'crossfade', action: 'start' },
      { actor: 'alice', action: 'pause' },
    ]);
    const claimed = await claim();
    await rollouts.commit(claimed, quiet(claimed));
  });
});

describe('claims', () => {
  it('gives a due rollout to one worker only, with a fence that rises', async () => {
    await started('claimed');
    const [one, two] = await Promise.all([
      rollouts.claimDue('one', 10_000),
      rollouts.claimDue('two', 10_000),
    ]);
    expect([one, two].filter((claimed) => claimed !== null)).toHaveLength(1);
    const first = one ?? two;
    expect(first?.fence).toBe(1);
    await pass(10_001);
    const again = await claim('two');
    expect(again.fence).toBe(2);
    if (first === null) throw new Error('unreachable');
    expect(await rollouts.commit(first, quiet(first))).toBe(false);
    expect(await rollouts.commit(again, quiet(again))).toBe(true);
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
    const written = await rollouts.commit(late, quiet(late, { decision, effects: [effect] }));
    expect(written).toBe(false);
    expect(await rollouts.decisions(id, 0, 10)).toEqual([]);
    expect(await new PostgresOutbox(source).dueLanes()).toEqual([]);
    expect(await rollouts.commit(current, quiet(current))).toBe(true);
  });

  it('refuses a second active rollout of a policy', async () => {
    await started('twice');
    await expect(started('twice')).rejects.toMatchObject({ code: 'conflict' });
    const claimed = await claim();
    await rollouts.commit(claimed, quiet(claimed));
  });

  it('sleeps until it is woken', async () => {
    await started('sleeper');
    const claimed = await claim();
    const dueAt = claimed.now + 3_600_000;
    await rollouts.commit(claimed, quiet(claimed, { dueAt }));
    expect(await rollouts.claimDue('one', 10_000)).toBeNull();
    await rollouts.wake(['sleeper']);
    const woken = await claim();
    expect(woken.rollout.policy).toBe('sleeper');
    await rollouts.commit(woken, quiet(woken));
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
    const intake = new PostgresIntake(source);
    for (const one of [report(1, 4), report(1, 4), report(2, 5), report(1, 4)]) {
      await intake.report(one);
    }
    const claimed = await claim();
    const gathered = await new PostgresObservationStore(source).gather(claimed.rollout, 'reported');
    expect(gathered.evidence).toHaveLength(2);
    expect(gathered.instances).toMatchObject([{ instance: 'api-1', revision: 5 }]);
    const judgedEvidence = gathered.evidence.map((batch) => batch.id);
    await rollouts.commit(claimed, quiet(claimed, { judgedEvidence }));
    const after = await new PostgresObservationStore(source).gather(claimed.rollout, 'reported');
    expect(after.evidence).toEqual([]);
  });
});

describe('what is forgotten', () => {
  it('is evidence after its time, what an earlier attempt left, and instances long gone', async () => {
    const day = 86_400_000;
    const intake = new PostgresIntake(source);
    const observations = new PostgresObservationStore(source);
    const policy = {
      ...examplePolicy,
      name: 'forgetful',
      target: 'forgetful',
      flag: { ...examplePolicy.flag, name: 'forgetful' },
    };
    const batch = (instance: string): InstanceReport => ({
      ...report(1, 1),
      instance,
      implements: ['forgetful'],
      evidence: report(1, 1).evidence.map((one) => ({ ...one, migration: 'forgetful' })),
    });
    const first = createRollout(policy, 'forgetful-1', 1, 0);
    await rollouts.create(first, policy);
    await intake.report(batch('early'));
    await rollouts.wake(['forgetful']);
    const claimed = await claim();
    await rollouts.commit(claimed, quiet(claimed, { rollout: { ...first, phase: 'aborted' } }));
    await rollouts.create(createRollout(policy, 'forgetful-2', 2, 0), policy);
    expect((await observations.gather(first, 'forgetful')).evidence).toEqual([]);

    await intake.report(batch('late'));
    await pass(day + 900_001);
    await intake.forget(day);
    const after = await observations.gather(first, 'forgetful');
    expect(after.evidence).toEqual([]);
    expect(after.instances).toEqual([]);
    const second = await claim();
    await rollouts.commit(second, quiet(second));
  });
});

describe('the flag service', () => {
  it('never lets an older version replace a newer one, nor switches on what a person switched off', async () => {
    const flags = new PostgresFlagProvider(source);
    const spec = initialRoute(examplePolicy);
    const wanted = { name: 'switch', spec, version: 5, enable: true };
    await flags.set(wanted);
    await flags.set({ ...wanted, version: 4, spec: { ...spec, share: 90 } });
    expect((await flags.read('switch'))?.route.share).toBe(0);
    const off = await flags.toggle('switch', false, 'bob');
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
    const tokens = new PostgresTokenStore(source);
    const token = await tokens.create('sdk');
    expect(await tokens.verify(token)).toMatchObject({ scope: 'sdk' });
    expect(await tokens.verify(`${token.slice(0, -1)}x`)).toBeNull();
    expect(await tokens.verify('nonsense')).toBeNull();
    const rows: { hash: string }[] = await source.query('SELECT hash FROM crossfade_state.token');
    expect(rows.some(({ hash }) => token.includes(hash))).toBe(false);
  });
});
