import type { Notifiers } from '../../src/engine/ports/notifier.ts';
import { SchedulerRegistry } from '@nestjs/schedule';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { openStateDatabase } from '../../src/adapters/postgres/data-source.ts';
import { PostgresClock } from '../../src/adapters/postgres/postgres-clock.ts';
import { PostgresFlagProvider } from '../../src/adapters/postgres/postgres-flag-provider.ts';
import { PostgresIntake } from '../../src/adapters/postgres/postgres-intake.ts';
import { PostgresObservationStore } from '../../src/adapters/postgres/postgres-observation-store.ts';
import { PostgresOutbox } from '../../src/adapters/postgres/postgres-outbox.ts';
import { PostgresRolloutStore } from '../../src/adapters/postgres/postgres-rollout-store.ts';
import { NoFaults } from '../../src/adapters/system/kill-points.ts';
import { openTargetPostgres } from '../../src/adapters/target-postgres/open-target-postgres.ts';
import type { Policy } from '../../src/core/policy/policy.ts';
import { createRollout } from '../../src/core/rollout/create-rollout.ts';
import type { Rollout } from '../../src/core/rollout/rollout.ts';
import { EffectExecutor } from '../../src/engine/effect-executor.ts';
import { OpenTargets } from '../../src/engine/open-targets.ts';
import { Reconciler } from '../../src/engine/reconciler.ts';
import { BoundTables } from '../../src/engine/bound-tables.ts';
import { RolloutStarts } from '../../src/engine/rollout-starts.ts';
import { UnitTables } from '../../src/engine/unit-tables.ts';
import { Rollouts } from '../../src/engine/rollouts.ts';
import { TargetCollector } from '../../src/engine/target-collector.ts';
import { TargetWorkers } from '../../src/engine/target-workers.ts';
import { Heart } from '../../src/server/engine/heart.ts';
import { Pulse } from '../../src/server/engine/pulse.ts';
import { RolloutBeats } from '../../src/server/engine/rollout-beats.ts';
import { TargetBeats } from '../../src/server/engine/target-beats.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { examplePolicy } from '../support/example-policy.ts';
import { policyNamed } from '../support/policy-named.ts';
import { Silence } from '../support/silence.ts';
import { type SilentProxy, startSilentProxy } from '../support/silent-proxy.ts';
import { until } from '../support/until.ts';

let databases: readonly TestDatabase[];
let source: DataSource;
let proxy: SilentProxy;
let targets: OpenTargets;
let heart: Heart;
let rollouts: Rollouts;
let outbox: PostgresOutbox;

beforeAll(async () => {
  databases = await Promise.all(['state', 'hung', 'well'].map(() => createDatabase()));
  const [state, hung, well] = databases.map(({ url }) => url);
  if (state === undefined || hung === undefined || well === undefined) throw new Error('no urls');
  source = await openStateDatabase(state);
  proxy = await startSilentProxy(Number(new URL(hung).port));
  const behind = new URL(hung);
  behind.port = String(proxy.port);
  const urls: Record<string, string> = { hung: behind.href, well };
  targets = new OpenTargets(
    (name) =>
      Promise.resolve({ database: openTargetPostgres(urls[name] ?? ''), isProtected: false }),
    new NoFaults(),
  );
  [heart, rollouts] = engine();
});

afterAll(async () => {
  // Whoever still waits for the target hears now that it is gone.
  await proxy.stop();
  await heart.onApplicationShutdown();
  await targets.close();
  await source.destroy();
  for (const database of databases) await database.drop();
});

/** The engine as the server puts it together, with the beats that drive it. */
function engine(): [Heart, Rollouts] {
  const store = new PostgresRolloutStore(source);
  const observations = new PostgresObservationStore(source);
  const clock = new PostgresClock(source);
  const [faults, events, pulse] = [new NoFaults(), new Silence(), new Pulse()];
  const worker = { name: 'spec', leaseMs: 10_000 };
  outbox = new PostgresOutbox(source);
  const flags = { crossfade: new PostgresFlagProvider(source) };
  const reconciler = new Reconciler(store, observations, faults, events, worker);
  const systems = { flags, targets, notifiers: {} as Notifiers };
  const executor = new EffectExecutor(outbox, systems, faults, events);
  const collector = new TargetCollector(store, observations, targets, clock, new Silence());
  const beating = new Heart(new SchedulerRegistry(), events, pulse);
  const tickMs = 50;
  new RolloutBeats(beating, pulse, reconciler, executor, { tickMs });
  new TargetBeats(beating, pulse, store, collector, new TargetWorkers(targets, worker));
  return [
    beating,
    new Rollouts(
      store,
      observations,
      new PostgresIntake(source),
      clock,
      new RolloutStarts(
        store,
        observations,
        clock,
        new UnitTables(nobody),
        new BoundTables(nobody),
      ),
    ),
  ];
}

const policyOn = (target: string): Policy =>
  policyNamed(target, {
    // Without a backfill there is nothing whose parity a rollback would have to verify.
    steps: examplePolicy.steps.filter(({ kind }) => kind !== 'backfill'),
  });

const nobody = () => Promise.reject(new Error('no target is asked for anything'));

/** An attempt at a step of the policy, as if it had got there. */
async function begunAt(kind: string, target: string): Promise<void> {
  const policy = policyOn(target);
  const index = policy.steps.findIndex((step) => step.kind === kind);
  const fresh = createRollout(policy, `${target}-1`, 1, await new PostgresClock(source).now());
  const rollout: Rollout = { ...fresh, phase: 'running', step: { ...fresh.step, index } };
  await new PostgresRolloutStore(source).create(rollout, policy);
}

describe('a target that accepts everything and answers nothing', () => {
  it('keeps neither the route nor the target of another rollout waiting', async () => {
    await targets.open('hung');
    await begunAt('expand', 'hung');
    await begunAt('share', 'well');
    proxy.silence();
    heart.onModuleInit();
    await proxy.unanswered();
    // Its first attempt: a statement that hangs ends after 30 s, and whatever waits for it comes later than that.
    const isHanging = async (): Promise<boolean> => {
      const rows: unknown[] = await source.query(
        `SELECT FROM crossfade_state.effect WHERE rollout_id = 'hung-1' AND state = 'performing'
           AND attempts = 0 AND lane = 'target hung'`,
      );
      return rows.length > 0;
    };
    await until(isHanging);
    const command = { verb: 'rollback', by: 'alice', reason: null, requestId: null } as const;
    await rollouts.command('well', command, {
      actor: 'token 1',
      roles: new Map([['*', 'operator']]),
    });
    const rolledBack = async (): Promise<boolean> =>
      (await rollouts.view('well')).phase === 'rolled_back';
    await until(rolledBack);
    // The row is the second path: a rollback ends without it, and it is written all the same.
    const well = await targets.open('well');
    const isKilled = async (): Promise<boolean> => (await well.readRoute('well'))?.kill === true;
    await until(isKilled);
    expect(await isHanging()).toBe(true);
  });
});
