import { randomUUID } from 'node:crypto';
import { SERVER_URL, startTestServer } from '../test/support/embedded-server.ts';
import { fleetPolicy, FleetWorld } from '../test/support/fleet-world.ts';
import { type PrometheusServer, startPrometheus } from '../test/support/prometheus-server.ts';
import { type BenchOptions, type BenchReport, type Row, spreadOf } from './report.ts';

const instances = 4;
const shortRuns = 4;
const fullRuns = 100;

/** A guard that a Prometheus answers, as long as it does. */
const provider = `---
apiVersion: crossfade/v1
kind: Provider
metadata: { name: main }
spec: { prometheus: { url: { env: BENCH_PROMETHEUS_URL }, networks: [127.0.0.0/8], timeout: 2s } }
`;
const guard =
  '    - { name: up, threshold: { prometheus: main, expr: vector(1), max: 2, interval: 1s, window: 1s }, onFail: hold }\n';

/**
 * From the moment at which a notification of Alertmanager's is sent until the old side serves in every instance, each a
 * process of its own that has 50 % of its units on the new side: once while the policy's Prometheus answers, once
 * while it hangs.
 */
export async function benchAlert({ full }: BenchOptions): Promise<BenchReport> {
  const server = await startTestServer();
  process.env[SERVER_URL] = server.postgres.url;
  try {
    const samples = await measured(full ? fullRuns : shortRuns);
    return {
      bench: 'alert',
      rows: [
        ...rowsOf('webhook to arrival', samples.answering),
        ...rowsOf('webhook to arrival, while Prometheus hangs', samples.hanging),
      ],
    };
  } finally {
    await server.close();
  }
}

/** What a rollout holds for when its provider answers no more. */
const unanswered: readonly string[] = ['noData', 'providerError'];

interface Samples {
  readonly answering: readonly number[];
  readonly hanging: readonly number[];
}

async function measured(runs: number): Promise<Samples> {
  const prometheus = await startPrometheus();
  const world = await FleetWorld.open(instances, {
    policy: (text) => text.replace('  evidence:', `${guard}  evidence:`) + provider,
    environment: { BENCH_PROMETHEUS_URL: prometheus.url },
  });
  try {
    for (let n = 1; n <= instances; n += 1) world.add(`pod-${n}`);
    const answering: number[] = [];
    const hanging: number[] = [];
    for (let run = 0; run < 2 * runs; run += 1) {
      if (run > 0) await world.crossfade.api.retry(fleetPolicy, randomUUID());
      await exposed(world);
      if (run % 2 === 0) answering.push(await arrival(world));
      else hanging.push(await whileHanging(prometheus, world));
    }
    return { answering, hanging };
  } finally {
    await world.close();
    await prometheus.stop();
  }
}

async function exposed(world: FleetWorld): Promise<void> {
  await world.until(({ exposure }) => exposure.acknowledged === 50);
  await Promise.all(world.instances.map((instance) => instance.served('new')));
}

async function whileHanging(prometheus: PrometheusServer, world: FleetWorld): Promise<number> {
  await prometheus.freeze();
  try {
    await world.until(({ hold }) => unanswered.includes(hold?.code ?? ''));
    return await arrival(world);
  } finally {
    prometheus.thaw();
  }
}

/** An alert fires that names the rollout; milliseconds until the last instance serves the old side. */
async function arrival(world: FleetWorld): Promise<number> {
  const fingerprint = randomUUID();
  const startsAt = new Date().toISOString();
  const sentAt = performance.timeOrigin + performance.now();
  await tell(world, { status: 'firing', fingerprint, startsAt });
  const news = await Promise.all(world.instances.map((instance) => instance.served('old')));
  const arrivedMs = Math.max(...news.map(({ at }) => at)) - sentAt;
  await tell(world, {
    status: 'resolved',
    fingerprint,
    startsAt,
    endsAt: new Date().toISOString(),
  });
  await world.until(({ phase }) => phase === 'rolled_back');
  return arrivedMs;
}

interface ToldAlert {
  readonly status: 'firing' | 'resolved';
  readonly fingerprint: string;
  readonly startsAt: string;
  readonly endsAt?: string;
}

async function tell(world: FleetWorld, alert: ToldAlert): Promise<void> {
  const { url, alertsToken } = world.crossfade;
  const labels = { alertname: 'UsersFail', rollout: fleetPolicy };
  const answer = await fetch(`${url}/api/v1/alerts/alertmanager`, {
    method: 'POST',
    headers: { authorization: `Bearer ${alertsToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ version: '4', status: alert.status, alerts: [{ ...alert, labels }] }),
  });
  if (answer.status !== 202) throw new Error(await answer.text());
}

/** The spread, and below it the 99th percentile, which is what was promised. */
function rowsOf(name: string, samples: readonly number[]): readonly Row[] {
  const sorted = samples.toSorted((a, b) => a - b);
  const p99 = sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Number.NaN;
  const row = (label: string, of: readonly number[]): Row => {
    return { case: label, unit: 'ms', ours: spreadOf(of), peers: {}, ratio: null };
  };
  return [row(`${name} p99`, [p99]), row(`${name}, ${samples.length} alerts`, samples)];
}
