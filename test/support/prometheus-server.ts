import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../../src/demo/processes/free-port.ts';
import { freezeProcess } from './freeze-process.ts';

/** A real Prometheus of Debian's package, with data of its own. */
export interface PrometheusServer {
  readonly url: string;
  /** Resolves once it hangs: it takes connections and answers nothing until `thaw`. */
  freeze(): Promise<void>;
  thaw(): void;
  stop(): Promise<void>;
}

export interface PrometheusSetup {
  /** History to begin with, in OpenMetrics text with times. */
  readonly history?: string;
  /** The configuration file, such as `scrape_configs`. */
  readonly config?: string;
  /** The web configuration: users, TLS. */
  readonly web?: string;
  /** What it can do only when it is asked to, such as `native-histograms`. */
  readonly feature?: string;
  /** Who asks whether it is ready, as `user:password`, where `web` knows users. */
  readonly user?: string;
}

/** Starts a server that has taken in its history, and answers. */
export async function startPrometheus(setup: PrometheusSetup = {}): Promise<PrometheusServer> {
  const folder = await mkdtemp(join(tmpdir(), 'crossfade-prometheus-'));
  const file = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };
  const data = join(folder, 'data');
  if (setup.history !== undefined) {
    const history = await file('history.txt', `${setup.history}\n# EOF\n`);
    await promisify(execFile)('promtool', [
      'tsdb',
      'create-blocks-from',
      'openmetrics',
      history,
      data,
    ]);
  }
  const port = await freePort();
  const child = spawn(
    'prometheus',
    [
      `--config.file=${await file('prometheus.yaml', setup.config ?? '{}')}`,
      `--web.config.file=${await file('web.yaml', setup.web ?? '{}')}`,
      `--storage.tsdb.path=${data}`,
      `--web.listen-address=127.0.0.1:${port}`,
      // What fires before it has found its Alertmanager is told of again, and at once.
      '--rules.alert.resend-delay=1s',
      '--log.level=error',
      ...(setup.feature === undefined ? [] : [`--enable-feature=${setup.feature}`]),
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const ended = once(child, 'exit');
  const url = `http://127.0.0.1:${port}`;
  await ready(url, setup.user, () => child.exitCode === null);
  return {
    url,
    freeze: () => freezeProcess(child.pid ?? 0),
    thaw: () => void child.kill('SIGCONT'),
    async stop() {
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function ready(url: string, user: string | undefined, isAlive: () => boolean): Promise<void> {
  const headers =
    user === undefined ? {} : { authorization: `Basic ${Buffer.from(user).toString('base64')}` };
  while (isAlive()) {
    const isReady = await fetch(`${url}/-/ready`, { headers }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    await sleep(50);
  }
  throw new Error('Prometheus ended before it was ready');
}
