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
import { metricQueriesOf } from '../../src/core/metrics/metric-query.ts';
import type { Guard } from '../../src/core/policy/guard.ts';
import { MetricsCollector } from '../../src/engine/metrics-collector.ts';
import { type Due, QuestionBatches } from '../../src/engine/question-batches.ts';
import { QuestionRound } from '../../src/engine/question-round.ts';
import type { ReceivedStore } from '../../src/engine/ports/received-store.ts';
import { Clock } from '../../src/engine/ports/clock.ts';
import { MetricsProviders } from '../../src/engine/ports/metrics-provider.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { policyNamed } from '../support/policy-named.ts';
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

class Counted extends PrometheusProvider {
  queries = 0;
  override value(...asked: Parameters<PrometheusProvider['value']>) {
    this.queries += 1;
    return super.value(...asked);
  }
  override values(...asked: Parameters<PrometheusProvider['values']>) {
    this.queries += 1;
    return super.values(...asked);
  }
  override samples(...asked: Parameters<PrometheusProvider['samples']>) {
    this.queries += 1;
    return super.samples(...asked);
  }
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
  return policyNamed(name, { guards });
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

describe('questions that are asked together', () => {
  const names = ['bad', 'good', 'coarse', 'unheard-of'];

  function due(guard: Guard): readonly Due[] {
    return names.map((name) => {
      const query = metricQueriesOf({ name, project: 'default', guards: [guard] }).get(guard.name);
      if (query === undefined) throw new Error('a guard without a query');
      return { query, from: (end - 60) * 1000, at: end * 1000 };
    });
  }

  /** What each reads, and how many queries it took. */
  async function read(all: readonly Due[], isTogether: boolean) {
    const batches = new QuestionBatches();
    const provider = new Counted({ url: prometheus.url });
    const round = new QuestionRound(provider, {} as ReceivedStore, batches);
    const asked = isTogether ? batches.of(all) : all.map((one) => [one]);
    const found = await Promise.all(asked.map((batch) => round.observe(batch)));
    const readings = new Map(found.flatMap((observations) => [...observations]));
    const of = ({ query: { key } }: Due) => readings.get(key)?.reading;
    return { readings: all.map(of), queries: provider.queries };
  }

  const counts = (bad: string, total: string): Guard => {
    const source = { provider: 'main', bad, total, intervalMs: 15_000 };
    return { name: 'http', compare: 'errors', tolerate: { ratio: 1, add: 0.01 }, source };
  };
  const value = (expr: string): Guard => ({
    name: 'slo',
    threshold: 'metric',
    provider: 'main',
    expr,
    min: 0,
    max: null,
    intervalMs: 15_000,
    windowMs: 60_000,
    failAfter: { failures: 1, of: 1 },
  });
  const family = (name: string, more = '') => `{__name__=~"${name}_.+_total",$rollout${more}}`;
  const grown = (name: string) =>
    `sum by (cohort, bucket) (increase(${family(name)}[$window])) # of ${name}`;

  it.each([
    ['counters', counts(family('errors'), family('requests')), 2],
    ['counts of a window', counts(grown('errors'), grown('requests')), 2],
    [
      'a rate',
      value(`sum(rate(${family('errors')}[$window])) / sum(rate(${family('requests')}[$window]))`),
      1,
    ],
    ['several series', value(`max by (cohort) (${family('requests')})`), 1],
    [
      'a quantile of one cohort',
      value(`quantile(0.5, ${family('requests', ',cohort="canary"')}) > 1`),
      1,
    ],
    [
      'what is NaN',
      value(
        `sum(${family('errors', ',cohort="baseline"')}) / on() sum(${family('errors', ',cohort="baseline"')})`,
      ),
      1,
    ],
  ])('read %s as when each is asked alone', async (_, guard, queries) => {
    const [together, alone] = await Promise.all([read(due(guard), true), read(due(guard), false)]);
    const verdicts = (readings: typeof together.readings) =>
      // The words of a fault show the labels, the rollout's own among them.
      readings.map((one) => (one?.kind === 'doubt' ? one.verdict : one));
    expect(verdicts(together.readings)).toEqual(verdicts(alone.readings));
    expect(together.queries).toBe(queries);
    expect(together.readings[3]).toMatchObject({ verdict: 'noData' });
  });

  it('are not spoiled by the one whose query Prometheus refuses', async () => {
    // Two families without their names are the same series twice, and only `bad` has both.
    const odd = value(
      'sum(increase({__name__=~"requests_.+_total|errors_bad_total",$rollout}[$window]))',
    );
    const { readings } = await read(due(odd), true);
    expect(readings).toMatchObject([
      { verdict: 'providerError', reason: expect.stringMatching(/^answered 422: execution: /) },
      { kind: 'value' },
      { kind: 'value' },
      { verdict: 'noData' },
    ]);
  });
});
