import type { DataSource } from 'typeorm';
import { openStateDatabase } from '../src/adapters/postgres/data-source.ts';
import { PostgresMetricStore } from '../src/adapters/postgres/postgres-metric-store.ts';
import { PostgresReceivedStore } from '../src/adapters/postgres/postgres-received-store.ts';
import { PostgresRolloutStore } from '../src/adapters/postgres/postgres-rollout-store.ts';
import { PrometheusProvider } from '../src/adapters/prometheus/prometheus-provider.ts';
import type { Guard } from '../src/core/policy/guard.ts';
import { createRollout } from '../src/core/rollout/create-rollout.ts';
import { MetricsCollector } from '../src/engine/metrics-collector.ts';
import { examplePolicy } from '../test/support/example-policy.ts';
import { startPrometheus } from '../test/support/prometheus-server.ts';
import { type BenchOptions, type BenchReport, type Row, spreadOf } from './report.ts';
import { withServer } from './bench-server.ts';

const intervalSeconds = 10;
const intervalMs = 1_000 * intervalSeconds;

/** Epoch seconds; so long before it the counters begin. */
const end = 1_735_732_800;
const historySeconds = 200;

/** Rounds that are measured, each of one interval; the counters are known for so long before. */
const rounds = 10;

interface Case {
  readonly rollouts: number;
  /** Guards of each rollout, each with counters of its own. */
  readonly guards: number;
  /** Hash buckets that counters are told apart by; 0: by cohort alone. */
  readonly buckets: number;
}

const usual: Case = { rollouts: 1_000, guards: 4, buckets: 0 };

/**
 * What it costs to ask a real Prometheus for the guards of all rollouts in one interval. Nothing is
 * shared between the guards, and half of them are written with `increase`. Queries are counted by
 * Prometheus itself.
 */
export async function benchPrometheusLoad({ full }: BenchOptions): Promise<BenchReport> {
  const cases = full ? [usual, { rollouts: 200, guards: 1, buckets: 64 }] : [usual];
  const rows: Row[] = [];
  for (const each of cases) rows.push(...(await measured(each)));
  return { bench: 'prometheus-load', rows };
}

async function measured(each: Case): Promise<readonly Row[]> {
  const prometheus = await startPrometheus({ history: history(each) });
  try {
    return await withServer(async (url) => {
      const source = await openStateDatabase(url);
      await fill(source, each);
      const rows = await collected(source, prometheus.url, each);
      await source.destroy();
      return rows;
    });
  } finally {
    await prometheus.stop();
  }
}

async function collected(source: DataSource, url: string, each: Case): Promise<readonly Row[]> {
  const provider = new PrometheusProvider({ url, delayMs: 0 });
  let now = end - rounds * intervalSeconds;
  const store = new PostgresMetricStore(source);
  const collector = new MetricsCollector(
    new PostgresRolloutStore(source),
    store,
    { open: () => Promise.resolve(provider) },
    { now: () => Promise.resolve(now * 1_000) },
    new PostgresReceivedStore(source),
  );
  const [queries, wall, cpu]: [number[], number[], number[]] = [[], [], []];
  for (; now <= end; now += intervalSeconds) {
    const before = await queriesOf(url);
    const [began, used] = [performance.now(), process.cpuUsage()];
    const [lane = ''] = await collector.look();
    const news = await collector.collect(lane);
    const { user, system } = process.cpuUsage(used);
    wall.push(performance.now() - began);
    cpu.push((user + system) / 1_000);
    queries.push((await queriesOf(url)) - before);
    if (news.length !== each.rollouts) throw new Error(`news of ${news.length} rollouts only`);
  }
  await allRead(source, each);
  const name = nameOf(each);
  const row = (what: string, unit: string, figures: readonly number[]): Row => {
    return {
      case: `${name}${what}`,
      unit,
      ours: spreadOf(figures.slice(1)),
      peers: {},
      ratio: null,
    };
  };
  return [
    row('', 'queries per interval', queries),
    row(': until all is kept', 'ms', wall),
    row(': processor time of the server', 'ms', cpu),
  ];
}

function nameOf({ rollouts, guards, buckets }: Case): string {
  const by = buckets === 0 ? '' : ` × ${buckets} buckets`;
  return `${rollouts.toLocaleString('en')} rollouts × ${guards} guards${by}`;
}

/** Every guard must have read what it asked for: a question without an answer is quickly asked. */
async function allRead(source: DataSource, { rollouts, guards }: Case): Promise<void> {
  const [found]: { read: string }[] = await source.query(
    `SELECT count(*) AS read FROM crossfade_state.metric
     WHERE observation #>> '{reading,kind}' = 'counts'
       AND observation #> '{reading,units}' <> '[]'`,
  );
  const expected = rollouts * guards * (rounds + 1);
  if (Number(found?.read) !== expected) throw new Error(`${found?.read} of ${expected} were read`);
}

/** How many queries Prometheus has answered. */
async function queriesOf(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text
    .split('\n')
    .filter((line) => /^prometheus_http_requests_total\{.*handler="\/api\/v1\/query"/.test(line));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

function history({ rollouts, guards, buckets }: Case): string {
  const lines: string[] = [];
  const times = historySeconds / intervalSeconds + 1;
  const family = (name: string, grows: number): void => {
    lines.push(`# TYPE ${name} counter`);
    for (let rollout = 0; rollout < rollouts; rollout += 1) {
      for (const cohort of ['canary', 'baseline']) {
        for (let bucket = 0; bucket < Math.max(1, buckets); bucket += 1) {
          const by = buckets === 0 ? '' : `,bucket="${bucket}"`;
          const labels = `migration="p${rollout}",cohort="${cohort}"${by},job="app",instance="a"`;
          for (let index = 0; index < times; index += 1) {
            const time = end - historySeconds + index * intervalSeconds;
            lines.push(`${name}_total{${labels}} ${index * grows} ${time}`);
          }
        }
      }
    }
  };
  for (let guard = 0; guard < guards; guard += 1) {
    family(`requests_${guard}`, 100);
    family(`errors_${guard}`, 1);
  }
  return lines.join('\n');
}

function guardOf(_: unknown, index: number): Guard {
  const query = (name: string): string =>
    index % 2 === 0
      ? `${name}_${index}_total{$rollout}`
      : `sum by (cohort, bucket) (increase(${name}_${index}_total{$rollout}[$window]))`;
  const source = { provider: 'main', bad: query('errors'), total: query('requests'), intervalMs };
  return {
    name: `errors-${index}`,
    compare: 'errors',
    tolerate: { ratio: 1.1, add: 0.001 },
    source,
  };
}

async function fill(source: DataSource, { rollouts, guards }: Case): Promise<void> {
  const policy = { ...examplePolicy, guards: Array.from({ length: guards }, guardOf) };
  const rollout = createRollout(policy, 'bench', 1, 0);
  await source.query(
    `INSERT INTO crossfade_state.policy (name, revision, body, created_at)
     SELECT 'p' || n, $1, $2::jsonb || jsonb_build_object('name', 'p' || n), 0
     FROM generate_series(0, $3 - 1) n`,
    [policy.revision, policy, rollouts],
  );
  await source.query(
    `INSERT INTO crossfade_state.rollout
       (id, policy, policy_revision, attempt, phase, ended, state, due_at, created_at)
     SELECT 'p' || n, 'p' || n, $1, 1, 'running', false,
            $2::jsonb || jsonb_build_object('id', 'p' || n, 'policy', 'p' || n), NULL, 0
     FROM generate_series(0, $3 - 1) n`,
    [policy.revision, rollout, rollouts],
  );
}
