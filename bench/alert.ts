import { randomUUID } from 'node:crypto';
import { startAlerting } from '../test/support/alertmanager-server.ts';
import { SERVER_URL, startTestServer } from '../test/support/embedded-server.ts';
import { type PrometheusServer, startPrometheus } from '../test/support/prometheus-server.ts';
import { AlertWorld } from './alert/alert-world.ts';
import { now, startFailingApplication } from './alert/failing-application.ts';
import { type BenchOptions, type BenchReport, type Row, spreadOf } from './report.ts';

/** Rollouts that come to 50 % at the same time, to be sent back one after the other. */
const rollouts = 5;

/** So many times all of them, of each kind. */
const shortRounds = { told: 1, ruled: [{ every: '1s', rounds: 1 }] };
const fullRounds = {
  told: 20,
  ruled: [
    { every: '1s', rounds: 5 },
    { every: '5s', rounds: 2 },
  ],
};

/**
 * How long it takes until the old side serves in every instance, each a process of its own that has 50 % of its units
 * on the new side: from the moment at which a notification is sent, while the policy's Prometheus answers and while it
 * hangs; and from the first failing sample of a rule, by way of a real Prometheus and a real Alertmanager.
 */
export async function benchAlert({ full }: BenchOptions): Promise<BenchReport> {
  const server = await startTestServer();
  process.env[SERVER_URL] = server.postgres.url;
  const prometheus = await startPrometheus();
  try {
    const world = await AlertWorld.open(rollouts, prometheus.url);
    try {
      return { bench: 'alert', rows: await measured(world, prometheus, full) };
    } finally {
      await world.close();
    }
  } finally {
    await prometheus.stop();
    await server.close();
  }
}

async function measured(
  world: AlertWorld,
  prometheus: PrometheusServer,
  full: boolean,
): Promise<readonly Row[]> {
  const { told, ruled } = full ? fullRounds : shortRounds;
  const answering: number[] = [];
  const hanging: number[] = [];
  for (let round = 0; round < told; round += 1) {
    answering.push(...(await roundOf(world)));
    hanging.push(...(await roundOf(world, prometheus)));
  }
  const rows = [
    ...rowsOf('webhook to arrival', answering),
    ...rowsOf('webhook to arrival, while Prometheus hangs', hanging),
  ];
  for (const { every, rounds } of ruled) rows.push(...(await byRule(world, every, rounds)));
  return rows;
}

/** Sends every rollout back by an alert that names it. @param frozen the Prometheus that is to hang meanwhile */
async function roundOf(world: AlertWorld, frozen?: PrometheusServer): Promise<readonly number[]> {
  await world.expose();
  const samples: number[] = [];
  await frozen?.freeze();
  try {
    for (const name of world.names) {
      if (frozen !== undefined)
        await world.until(name, ({ hold }) => unanswered.includes(hold?.code ?? ''));
      samples.push(await arrival(world, name));
    }
  } finally {
    frozen?.thaw();
  }
  await rolledBack(world);
  return samples;
}

/** What a rollout holds for when its provider answers no more. */
const unanswered: readonly string[] = ['noData', 'providerError'];

async function rolledBack(world: AlertWorld): Promise<void> {
  await Promise.all(
    world.names.map((one) => world.until(one, ({ phase }) => phase === 'rolled_back')),
  );
}

/** An alert fires that names the rollout; milliseconds until the last instance serves the old side. */
async function arrival(world: AlertWorld, name: string): Promise<number> {
  const alert = { fingerprint: randomUUID(), startsAt: new Date().toISOString() };
  const sentAt = now();
  await tell(world, name, { ...alert, status: 'firing' });
  const arrivedMs = (await world.back(name)) - sentAt;
  await tell(world, name, { ...alert, status: 'resolved', endsAt: new Date().toISOString() });
  return arrivedMs;
}

async function tell(
  { crossfade: { url, alertsToken } }: AlertWorld,
  rollout: string,
  alert: { readonly status: 'firing' | 'resolved'; readonly [field: string]: string },
): Promise<void> {
  const labels = { alertname: 'UsersFail', rollout };
  const answer = await fetch(`${url}/api/v1/alerts/alertmanager`, {
    method: 'POST',
    headers: { authorization: `Bearer ${alertsToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ version: '4', status: alert.status, alerts: [{ ...alert, labels }] }),
  });
  if (answer.status !== 202) throw new Error(await answer.text());
}

/** The same by way of a rule, scraped and evaluated that often: the alert's own latency, and ours, apart. */
async function byRule(world: AlertWorld, every: string, rounds: number): Promise<readonly Row[]> {
  const { url, alertsToken: token } = world.crossfade;
  const application = await startFailingApplication(`${url}/api/v1/alerts/alertmanager`);
  const rule = { name: 'AppFails', labels: {}, expr: 'app_failing > 0' };
  const { url: receiver } = application;
  const servers = await startAlerting(
    { ...rule, scrape: receiver, every },
    { url: receiver, token },
  );
  const latency: number[] = [];
  const ours: number[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      await world.expose();
      for (const name of world.names) {
        application.fail(name, true);
        const firingAt = await application.told(name, 'firing');
        latency.push(firingAt - (await application.sampled(name)));
        ours.push((await world.back(name)) - firingAt);
        application.fail(name, false);
      }
      await Promise.all(world.names.map((name) => application.told(name, 'resolved')));
      await rolledBack(world);
    }
  } finally {
    await servers.stop();
    application.close();
  }
  return [
    ...rowsOf(`first failing sample to webhook, scraped every ${every}`, latency),
    ...rowsOf(`webhook to arrival, by a rule, scraped every ${every}`, ours),
  ];
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
