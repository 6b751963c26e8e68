import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endChild } from '../../src/demo/processes/end-child.ts';
import { freePort } from '../../src/demo/processes/free-port.ts';
import { inheritedEnvironment } from '../../src/demo/processes/inherited-environment.ts';
import { createDatabase, type TestDatabase } from './database.ts';
import { GatewayCustomers } from './gateway-customers.ts';
import { NginxServer } from './nginx-server.ts';
import type { Replacements } from './nginx-server.ts';
import { createParcels } from './parcels.ts';
import { StartedCrossfade } from './started-crossfade.ts';

const configuration = 'docs/gateway/nginx.conf';

/** Debian's own Python: the driver of the application is a package of it. */
const python = '/usr/bin/python3';

/** A memory of one second, beside the usual one of a quarter of an hour. */
export const shortMemory: Replacements = {
  '200 15m': '200 1s',
  '"$crossfade_safe $tenant"': '"$crossfade_safe $tenant soon"',
};

interface Parts {
  readonly crossfade: StartedCrossfade;
  readonly second: StartedCrossfade;
  readonly state: TestDatabase;
  readonly customers: GatewayCustomers;
  readonly nginx: NginxServer;
  readonly targetUrl: string;
  readonly replacements: Replacements;
}

/** Crossfade as two servers, and an application in Python without an SDK, deployed twice behind a real nginx. */
export class GatewayWorld {
  readonly crossfade: StartedCrossfade;
  readonly customers: GatewayCustomers;
  readonly targetUrl: string;
  readonly #parts: Parts;
  readonly #close: () => Promise<void>;

  private constructor(parts: Parts, close: () => Promise<void>) {
    this.crossfade = parts.crossfade;
    this.customers = parts.customers;
    this.targetUrl = parts.targetUrl;
    this.#parts = parts;
    this.#close = close;
  }

  static async open(): Promise<GatewayWorld> {
    const folder = await mkdtemp(join(tmpdir(), 'crossfade-gateway-'));
    const [state, target] = await Promise.all([createDatabase(), createDatabase()]);
    await createParcels(target.url);
    const environment = { PARCELS_DB_URL: target.url };
    const start = (name: string) =>
      StartedCrossfade.start({
        dataDir: join(folder, name),
        databaseUrl: state.url,
        command: `exec ${process.execPath} dist/src/main.js`,
        environment,
      });
    const [crossfade, second] = await Promise.all([start('first'), start('second')]);
    const ports = { gateway: await freePort(), v1: await freePort(), v2: await freePort() };
    const children = [deploy('v1', target.url, ports.v1), deploy('v2', target.url, ports.v2)];
    const replacements = {
      '127.0.0.1:4400': new URL(crossfade.url).host,
      '127.0.0.1:4401': new URL(second.url).host,
      '127.0.0.1:8001': `127.0.0.1:${ports.v1}`,
      '127.0.0.1:8002': `127.0.0.1:${ports.v2}`,
      '127.0.0.1:8080': `127.0.0.1:${ports.gateway}`,
      CROSSFADE_TOKEN: crossfade.sdkToken,
      // A test does not wait for a quarter of an hour.
      'Drain 905': 'Drain 11',
    };
    const url = `http://127.0.0.1:${ports.gateway}`;
    const nginx = await NginxServer.start(configuration, replacements, url);
    children.push(ship(nginx.log, crossfade));
    const customers = await GatewayCustomers.come(url);
    const parts = {
      crossfade,
      second,
      state,
      customers,
      nginx,
      targetUrl: target.url,
      replacements,
    };
    return new GatewayWorld(parts, async () => {
      await customers.rest();
      for (const child of children) await endChild(child, 5_000);
      await nginx.stop();
      await Promise.all([crossfade.stop(), second.stop()]);
      await Promise.all([state.drop(), target.drop()]);
      await rm(folder, { recursive: true, force: true });
    });
  }

  /** The gateway falls to new from now on, as a person sets it when contract waits for it. */
  async fallToNew(): Promise<void> {
    const { nginx, replacements } = this.#parts;
    await nginx.reload(configuration, { ...replacements, 'default old;': 'default new;' });
  }

  /** From now on the gateway's way to Crossfade leads nowhere. */
  async cutOff(memory: Replacements = {}): Promise<void> {
    const { nginx, replacements } = this.#parts;
    const nowhere = { '127.0.0.1:4400': '127.0.0.1:9', '127.0.0.1:4401': '127.0.0.1:9' };
    await nginx.reload(configuration, { ...replacements, ...nowhere, ...memory });
  }

  /** From now on answers are remembered so. */
  async remember(memory: Replacements): Promise<void> {
    const { nginx, replacements } = this.#parts;
    await nginx.reload(configuration, { ...replacements, ...memory });
  }

  /** One server of Crossfade dies; the other one goes on. */
  killSecond(): Promise<void> {
    return this.#parts.second.kill();
  }

  /** As if the last word of the dead server were so many seconds older. */
  async silentLonger(seconds: number): Promise<void> {
    await this.#parts.state.sql(
      `UPDATE crossfade_state.instance SET seen_at = seen_at - ${seconds} * 1000
       WHERE instance LIKE 'nginx-1 via %-${this.#parts.second.pid}-%'`,
    );
  }

  async reconnect(): Promise<void> {
    await this.#parts.nginx.reload(configuration, this.#parts.replacements);
  }

  close(): Promise<void> {
    return this.#close();
  }
}

function deploy(version: string, databaseUrl: string, port: number): ChildProcess {
  return spawn(python, ['docs/gateway/parcels.py'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: inheritedEnvironment({
      VERSION: version,
      DATABASE_URL: databaseUrl,
      PORT: String(port),
    }),
  });
}

function ship(log: string, crossfade: StartedCrossfade): ChildProcess {
  const who = ['--service', 'parcels-api', '--gateway', 'nginx-1'];
  return spawn(python, ['clients/python/ship_log.py', ...who, log], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: inheritedEnvironment({
      CROSSFADE_URL: crossfade.url,
      CROSSFADE_TOKEN: crossfade.sdkToken,
    }),
  });
}
