import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { PostgresClock } from '../../src/adapters/postgres/postgres-clock.ts';
import { PostgresMetricStore } from '../../src/adapters/postgres/postgres-metric-store.ts';
import { PostgresReceivedStore } from '../../src/adapters/postgres/postgres-received-store.ts';
import { freshMetrics, judgeMetrics, unseenSince } from '../../src/core/metrics/judge-metrics.ts';
import type { PointValue, ReceivedMetric } from '../../src/core/received/series-point.ts';
import { noRefusals } from '../../src/core/received/series-point.ts';
import type { Policy } from '../../src/core/policy/policy.ts';
import { createRollout } from '../../src/core/rollout/create-rollout.ts';
import { examineReceived } from '../../src/engine/doctor/examine-received.ts';
import { MetricsCollector } from '../../src/engine/metrics-collector.ts';
import { MetricsProviders } from '../../src/engine/ports/metrics-provider.ts';
import { ReceivedMetrics } from '../../src/engine/received-metrics.ts';
import { policyNamed } from '../support/policy-named.ts';
import { comparedStep } from '../support/judged-policy.ts';
import { createStateDatabase, type StateDatabase } from '../support/state-database.ts';

const every = 10_000;
const begin = 1_795_000_000_000;
const source = { otlp: 'migration', intervalMs: every } as const;

let state: StateDatabase;

beforeAll(async () => {
  state = await createStateDatabase();
});

afterAll(() => state.close());

/** The clock that windows, leases and collectors live by. */
async function setClock(at: number): Promise<void> {
  await state.source.query(
    'UPDATE crossfade_state.clock SET offset_ms = $1::bigint - floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint',
    [at],
  );
}

/** What an application sends of the interval that ends `at`: deltas of 16 buckets. */
function sent(name: string, at: number, failing: number, slow: boolean): readonly ReceivedMetric[] {
  const times = { startAt: (at - every) * 1e6, at: at * 1e6 };
  const metric = (
    instrument: ReceivedMetric['instrument'],
    points: readonly (readonly [Record<string, string>, PointValue])[],
  ): ReceivedMetric => ({
    sender: 'one',
    instrument,
    temporality: 'delta',
    points: points.map(([attributes, value]) => ({
      ...times,
      attributes: { migration: name, operation: 'read', ...attributes },
      value,
    })),
  });
  const counts = Array.from({ length: 16 }, (_, bucket) => {
    const cohort = bucket < 4 ? 'canary' : 'baseline';
    const failed = cohort === 'canary' ? failing : 0;
    const of = (outcome: string, count: number) =>
      [
        { cohort, bucket: `${bucket}`, outcome },
        { kind: 'count', count },
      ] as const;
    return [of('ok', 100 - failed), of('error', failed)];
  });
  const durations = ['canary', 'baseline'].map((cohort) => {
    const offset = slow && cohort === 'canary' ? -60 : -100;
    const layout = { kind: 'exponential', scale: 4 } as const;
    const value = { kind: 'durations', layout, durations: { offset, counts: [400] } } as const;
    return [{ cohort, role: 'authoritative' }, value] as const;
  });
  return [
    metric('migration.operations', counts.flat()),
    metric('migration.operation.duration', durations),
  ];
}

interface World {
  readonly name: string;
  readonly failing?: number;
  readonly slow?: boolean;
  /** Whether the application falls silent after half of the time. */
  readonly silent?: boolean;
}

/** Two guards that read what the application sends. */
function policyOf(name: string): Policy {
  return policyNamed(name, {
    guards: [
      { name: 'errors', compare: 'errors', tolerate: { ratio: 1.1, add: 0.01 }, source },
      {
        name: 'latency',
        compare: 'latency',
        tolerate: [{ quantile: 0.5, part: 0.05, atLeastMs: 2 }],
        source,
      },
    ],
  });
}

/** Verdicts of both guards after two minutes. */
async function verdicts({ name, failing = 0, slow = false, silent = false }: World) {
  const policy = policyOf(name);
  await setClock(begin);
  await state.rollouts.create(createRollout(policy, `${name}-1`, 1, begin), policy);
  const metrics = new PostgresMetricStore(state.source);
  const store = new PostgresReceivedStore(state.source);
  const received = new ReceivedMetrics(store, state.rollouts);
  const nobody = new (class extends MetricsProviders {
    override open = () => Promise.reject(new Error('nobody is asked'));
  })();
  const clock = new PostgresClock(state.source);
  const collector = new MetricsCollector(state.rollouts, metrics, nobody, clock, store);
  const step = comparedStep({ enteredAt: begin });
  let memory = freshMetrics;
  let measured: Readonly<Record<string, string>> = {};
  for (let now = begin + every; now <= begin + 12 * every; now += every) {
    if (!silent || now <= begin + 6 * every) {
      await setClock(now - every / 2);
      await received.take({ metrics: sent(name, now, failing, slow), refused: noRefusals });
    }
    await setClock(now + 1_000);
    for (const lane of await collector.look()) await collector.collect(lane);
    const where = { policy, step, startedAt: begin, settledAt: begin, now: now + 1_000 };
    const observed = await metrics.since(unseenSince(policy, memory, begin));
    const judged = judgeMetrics(where, memory, observed);
    memory = JSON.parse(JSON.stringify(judged.memory)) as typeof memory;
    measured = Object.fromEntries(judged.measurements.map((one) => [one.guard, one.verdict]));
  }
  await state.source.query(`UPDATE crossfade_state.rollout SET ended = true, due_at = NULL`);
  return measured;
}

it('convicts a new side that fails more, and only of that', async () => {
  const found = await verdicts({ name: 'failing', failing: 5 });
  expect(found).toMatchObject({ errors: 'fail' });
  expect(found['latency']).not.toBe('fail');
});

it('convicts a new side that is slower, and only of that', async () => {
  const found = await verdicts({ name: 'slow', slow: true });
  expect(found).toMatchObject({ latency: 'fail' });
  expect(found['errors']).not.toBe('fail');
});

it('clears a healthy one', async () => {
  expect(await verdicts({ name: 'healthy' })).toEqual({ errors: 'pass', latency: 'pass' });
});

it('says so when nothing comes any more', async () => {
  expect(await verdicts({ name: 'silent', silent: true })).toEqual({
    errors: 'noData',
    latency: 'noData',
  });
});

it('is told of by the doctor, who asks nobody', async () => {
  const store = new PostgresReceivedStore(state.source);
  const policies = ['healthy', 'silent', 'unheard'].map(policyOf);
  const doctor = examineReceived(store, new PostgresClock(state.source));
  const rows = await doctor.look({ policies, targets: [], providers: [] });
  expect(rows.filter(({ subject }) => subject.endsWith('errors'))).toMatchObject([
    { subject: 'healthy errors', standing: 'ok' },
    { subject: 'silent errors', standing: 'warning', message: expect.stringMatching(/\d+ s old/) },
    { subject: 'unheard errors', standing: 'warning', message: expect.stringMatching(/^nothing/) },
  ]);
  expect(rows).toHaveLength(6);
});
