import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../src/demo/processes/free-port.ts';
import { type PrometheusServer, startPrometheus } from './prometheus-server.ts';

/** A real Alertmanager of Debian's package that tells Crossfade, and a real Prometheus that tells it. */
export interface AlertingServers {
  stop(): Promise<void>;
}

/** A rule of Prometheus, and what it is about. */
export interface AlertingRule {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Fires from the first evaluation on, when not given. */
  readonly expr?: string;
  /** What Prometheus scrapes for it. */
  readonly scrape?: string;
  /** How often it is scraped and the rule evaluated; a second when not given. */
  readonly every?: string;
  /**
   * How often Alertmanager tells what has changed, such as an end; a second when not given. Prometheus says once a
   * second that it fires, and four seconds of silence are an end: where a busy machine may let it wait, this is longer.
   */
  readonly news?: string;
}

/** Starts both, with one rule. */
export async function startAlerting(
  alert: AlertingRule,
  receiver: { readonly url: string; readonly token: string },
): Promise<AlertingServers> {
  const folder = await mkdtemp(join(tmpdir(), 'crossfade-alerting-'));
  const rules = join(folder, 'rules.yaml');
  const { name, labels, expr = 'vector(1)', scrape, every = '1s', news = '1s' } = alert;
  const rule = { alert: name, expr, labels, annotations: { summary: 'every parcel is lost' } };
  await writeFile(rules, JSON.stringify({ groups: [{ name: 'demo', rules: [rule] }] }));
  const alertmanager = await startAlertmanager(folder, receiver, news);
  const config = JSON.stringify({
    global: { evaluation_interval: every, scrape_interval: every, scrape_timeout: '1s' },
    rule_files: [rules],
    scrape_configs:
      scrape === undefined
        ? []
        : [{ job_name: 'app', static_configs: [{ targets: [new URL(scrape).host] }] }],
    alerting: {
      alertmanagers: [{ static_configs: [{ targets: [new URL(alertmanager.url).host] }] }],
    },
  });
  const prometheus: PrometheusServer = await startPrometheus({ config });
  return {
    async stop() {
      await prometheus.stop();
      await alertmanager.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startAlertmanager(
  folder: string,
  { url, token }: { readonly url: string; readonly token: string },
  news: string,
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const config = {
    route: {
      receiver: 'crossfade',
      group_by: ['rollout', 'alertname'],
      group_wait: '0s',
      group_interval: news,
      repeat_interval: '1m',
    },
    receivers: [
      {
        name: 'crossfade',
        webhook_configs: [
          { url, max_alerts: 100, http_config: { authorization: { credentials: token } } },
        ],
      },
    ],
  };
  await writeFile(join(folder, 'alertmanager.yaml'), JSON.stringify(config));
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(
    'prometheus-alertmanager',
    [
      `--config.file=${join(folder, 'alertmanager.yaml')}`,
      `--storage.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
      '--cluster.listen-address=',
      '--log.level=error',
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const ended = once(child, 'exit');
  while (child.exitCode === null) {
    const isReady = await fetch(`http://${address}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) break;
    await sleep(50);
  }
  return {
    url: `http://${address}`,
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
