import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { openStateDatabase } from '../../src/adapters/postgres/data-source.ts';
import { PostgresMetricStore } from '../../src/adapters/postgres/postgres-metric-store.ts';
import { PostgresReceivedStore } from '../../src/adapters/postgres/postgres-received-store.ts';
import { PostgresRolloutStore } from '../../src/adapters/postgres/postgres-rollout-store.ts';
import { PrometheusProvider } from '../../src/adapters/prometheus/prometheus-provider.ts';
import { freshMetrics, judgeMetrics, unseenSince } from '../../src/core/metrics/judge-metrics.ts';
import type { Measurement } from '../../src/core/judge/measurement.ts';
import type { Policy } from '../../src/core/policy/policy.ts';
import { createRollout } from '../../src/core/rollout/create-rollout.ts';
import { MetricsCollector } from '../../src/engine/metrics-collector.ts';
import { Clock } from '../../src/engine/ports/clock.ts';
import { MetricsProviders } from '../../src/engine/ports/metrics-provider.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { examplePolicy } from '../support/example-policy.ts';
import { comparedStep } from '../support/judged-policy.ts';
import { startPrometheus, type PrometheusServer } from '../support/prometheus-server.ts';

/** Epoch seconds; ten minutes of counters up to `end`, one sample every 15 s. */
const end = 1_735_732_800;
const begin = end - 600;

/** Each bucket of a cohort makes 40 requests a scrape; of the new side's `failed` fail. */
function history(migration: string, failed: number, withBucket = true): string[] {
  const times = Array.from({ length: 41 }, (_, index) => ({ index, time: begin + index * 15 }));
  const series = ['canary', 'baseline'].flatMap((cohort) =>
    (withBucket ? ['1', '2', '3', '4'] : ['']).map((bucket) => ({
      cohort,
      labels: `migration="${migration}",cohort="${cohort}"${withBucket ? `,bucket="${bucket}"` : ''}`,
    })),
  );
  const family = (name: string, per: (cohort: string) => number): string[] =>
    series.flatMap(({ cohort, labels }) =>
      times.map(({ index, time }) => `${name}_total{${labels}} ${index * per(cohort)} ${time}`),
    );
  return [
    `# TYPE requests_${migration} counter`,
    ...family(`requests_${migration}`, () => 40),
    `# TYPE errors_${migration} counter`,
    ...family(`errors_${migration}`, (cohort) => (cohort === 'canary' ? failed : 0)),
  ];
}

class HandClock extends Clock {
  seconds = begin;
  override now = (): Promise<number> => Promise.resolve(this.seconds * 1000);
}

let database: TestDatabase;
let source: DataSource;
let prometheus: PrometheusServer;
let metrics: PostgresMetricStore;
let rollouts: PostgresRolloutStore;
let reachable = true;
const clock = new HandClock();

beforeAll(async () => {
  const text = [...history('bad', 4), ...history('good', 0), ...history('coarse', 1, false)].join(
    '\n',
  );
  [database, prometheus] = await Promise.all([
    createDatabase(),
    startPrometheus({ history: text }),
  ]);
  source = await openStateDatabase(database.url);
  metrics = new PostgresMetricStore(source);
  rollouts = new PostgresRolloutStore(source);
});

afterAll(async () => {
  await source.destroy();
  await Promise.all([database.drop(), prometheus.stop()]);
});

function policyOf(
  name: string,
  query = (metric: string) => `${metric}_${name}_total{$rollout}`,
): Policy {
  const tolerate = { ratio: 1.1, add: 0.01 };
  const source = {
    provider: 'main',
    bad: query('errors'),
    total: query('requests'),
    intervalMs: 15_000,
  };
  const guards = [{ name: 'http', compare: 'errors', tolerate, source } as const];
  return { ...examplePolicy, name, target: name, flag: { provider: 'crossfade', name }, guards };
}

/** Lives through the ten minutes; the provider cannot be reached in the given part of them. */
async function lived(
  policy: Policy,
  outage: readonly [number, number] = [0, 0],
): Promise<Measurement> {
  await source.query('DELETE FROM crossfade_state.metric');
  const attempt = await rollouts.nextAttempt(policy.name);
  const id = `${policy.name}-${attempt}`;
  await rollouts.create(createRollout(policy, id, attempt, begin * 1000), policy);
  const providers = new (class extends MetricsProviders {
    override open = () =>
      Promise.resolve(
        new PrometheusProvider({
          url: reachable ? prometheus.url : 'http://127.0.0.1:1',
          delayMs: 0,
        }),
      );
  })();
  const collector = new MetricsCollector(
    rollouts,
    metrics,
    providers,
    clock,
    new PostgresReceivedStore(source),
  );
  let memory = freshMetrics;
  let measurement: Measurement | undefined;
  const step = comparedStep({ enteredAt: begin * 1000 });
  for (clock.seconds = begin; clock.seconds <= end; clock.seconds += 15) {
    reachable = clock.seconds < outage[0] || clock.seconds >= outage[1];
    for (const lane of await collector.look()) await collector.collect(lane);
    const startedAt = begin * 1000;
    const where = { policy, step, startedAt, settledAt: startedAt, now: clock.seconds * 1000 };
    const observed = await metrics.since(unseenSince(policy, memory, startedAt));
    const judged = judgeMetrics(where, memory, observed);
    memory = JSON.parse(JSON.stringify(judged.memory)) as typeof memory;
    measurement = judged.measurements[0];
  }
  await source.query(
    `UPDATE crossfade_state.rollout SET ended = true, due_at = NULL WHERE id = $1`,
    [id],
  );
  if (measurement === undefined) throw new Error('nothing was measured');
  return measurement;
}

describe('counts from a real Prometheus', () => {
  it('convict a new side that fails more, and only that', async () => {
    expect(await lived(policyOf('bad'))).toMatchObject({
      verdict: 'fail',
      canary: 0.1,
      baseline: 0,
    });
    const good = await lived(policyOf('good'));
    // 40 intervals of four buckets with 40 requests each, without the two of the settle time.
    expect(good).toMatchObject({ verdict: 'pass', samples: { canary: 38 * 160, units: 4 } });
  });

  it('lose nothing in an outage that is no longer than ten intervals', async () => {
    const outage = [begin + 200, begin + 320] as const;
    const counted = await lived(policyOf('good'), outage);
    expect(counted).toMatchObject({ verdict: 'pass', samples: { canary: 38 * 160 } });
  });

  it('of cohorts alone only hold on a little harm', async () => {
    const coarse = await lived(policyOf('coarse'));
    expect(coarse).toMatchObject({ verdict: 'fail', advisory: true });
  });
});
