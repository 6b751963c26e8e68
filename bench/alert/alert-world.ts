import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RolloutView } from '../../src/core/protocol/rollout-view.ts';
import { createDatabase } from '../../test/support/database.ts';
import { FleetInstance, unitWithin } from '../../test/support/fleet.ts';
import { StartedCrossfade } from '../../test/support/started-crossfade.ts';
import { untilView } from '../../test/support/until-view.ts';
import { connected } from '../bench-server.ts';

const instances = 4;
const service = 'users-api';

/** Few, since what is measured is not the backfill. */
const rowsOfTable = 200;

const ground = `apiVersion: crossfade/v1
kind: Target
metadata: { name: users-db }
spec: { url: { env: USERS_DB_URL } }
---
apiVersion: crossfade/v1
kind: Service
metadata: { name: ${service} }
spec: { target: users-db, atLeast: ${instances}, unit: { key: tenantId } }
---
apiVersion: crossfade/v1
kind: Provider
metadata: { name: main }
spec: { prometheus: { url: { env: BENCH_PROMETHEUS_URL }, networks: [127.0.0.0/8], timeout: 1s } }
`;

/** What it changes, with the view that the old version reads. */
const tableOf = (n: number): string => `
  CREATE TABLE users_${n} (id bigint PRIMARY KEY, tenant_id text NOT NULL, dob text);
  INSERT INTO users_${n} SELECT id, 'tenant-' || id % 40, '1980-01-01'
    FROM generate_series(1, ${rowsOfTable}) AS id;
  CREATE SCHEMA users_${n}_v1;
  CREATE VIEW users_${n}_v1.users_${n} AS SELECT id, tenant_id, dob FROM public.users_${n};`;

/** A rollout that stays at 50 % until somebody acts, with a guard that a Prometheus answers, as long as it does. */
const documentsOf = (n: number): string => `---
apiVersion: crossfade/v1
kind: SchemaMigration
metadata: { name: users-v2-${n} }
spec:
  target: users-db
  from: users_${n}_v1
  to: users_${n}_v2
  operations:
    - addColumn:
        table: users_${n}
        column: birthdate
        type: date
---
apiVersion: crossfade/v1
kind: RolloutPolicy
metadata: { name: users-${n} }
spec:
  schemaMigration: users-v2-${n}
  services: [{ name: ${service}, atLeast: ${instances} }]
  unit: { key: tenantId, columns: { users_${n}: tenant_id }, without: old }
  guards:
    - { name: errors, compare: errors, tolerate: { ratio: 1.10, add: 5pp } }
    - { name: up, threshold: { prometheus: main, expr: vector(1), max: 2, interval: 1s, window: 1s }, onFail: hold }
  evidence: { minimum: { requests: 20, units: 2 }, warmup: 1s, history: 1s }
  steps:
    - expand: {}
    - backfill: {}
    - share: { to: 50%, bake: 1h }
`;

/** Crossfade with several rollouts, each on a table of its own, and a fleet of processes that serves all of them. */
export class AlertWorld {
  readonly crossfade: StartedCrossfade;
  readonly names: readonly string[];
  readonly #instances: readonly FleetInstance[];
  readonly #close: () => Promise<void>;
  #isFirst = true;

  private constructor(
    crossfade: StartedCrossfade,
    names: readonly string[],
    close: () => Promise<void>,
  ) {
    this.crossfade = crossfade;
    this.names = names;
    this.#close = close;
    const migrations = names.map((name) => ({ name, unit: unitWithin(name, 50) }));
    const { url, sdkToken: token } = crossfade;
    this.#instances = Array.from(
      { length: instances },
      (_, n) => new FleetInstance(`pod-${n}`, { url, token, service, migrations }),
    );
  }

  static async open(rollouts: number, prometheusUrl: string): Promise<AlertWorld> {
    const folder = await mkdtemp(join(tmpdir(), 'crossfade-alert-'));
    await chmod(folder, 0o711);
    const numbers = Array.from({ length: rollouts }, (_, n) => n + 1);
    const state = await createDatabase();
    const target = await createDatabase();
    await connected(target.url, (client) => client.query(numbers.map(tableOf).join('')));
    const crossfade = await StartedCrossfade.start({
      dataDir: join(folder, 'crossfade'),
      databaseUrl: state.url,
      command: `exec ${process.execPath} dist/src/main.js`,
      environment: {
        BENCH_PROMETHEUS_URL: prometheusUrl,
        USERS_DB_URL: target.url,
        CROSSFADE_LOG_LEVEL: 'error',
      },
    });
    const text = ground + numbers.map(documentsOf).join('');
    await crossfade.api.apply([{ name: 'alert.yaml', text }]);
    const names = numbers.map((n) => `users-${n}`);
    return new AlertWorld(crossfade, names, async () => {
      await crossfade.stop();
      await Promise.all([state, target].map((database) => database.drop()));
      await rm(folder, { recursive: true, force: true });
    });
  }

  /** Every rollout comes to 50 %, the first time or again, in every instance. */
  async expose(): Promise<void> {
    const { client, api } = this.crossfade;
    for (const name of this.names) {
      if (this.#isFirst) await client.start(name);
      else await api.retry(name, randomUUID());
    }
    this.#isFirst = false;
    await Promise.all(
      this.names.map(async (name) => {
        await this.until(name, ({ exposure }) => exposure.acknowledged === 50);
        await this.#served('new', name);
      }),
    );
  }

  /** When the old side served in the last of the instances. Epoch milliseconds. */
  async back(name: string): Promise<number> {
    const news = await this.#served('old', name);
    return Math.max(...news.map(({ at }) => at));
  }

  /** Waits for a view for which the condition holds, as `untilView` does. */
  until(name: string, condition: (view: RolloutView) => boolean): Promise<RolloutView> {
    return untilView(this.crossfade, name, condition);
  }

  async close(): Promise<void> {
    await Promise.all(this.#instances.map((instance) => instance.stop()));
    await this.#close();
  }

  #served(side: 'old' | 'new', name: string) {
    return Promise.all(this.#instances.map((instance) => instance.served(side, name)));
  }
}
