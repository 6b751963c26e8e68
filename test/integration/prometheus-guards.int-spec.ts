import { once } from 'node:events';
import { createServer, type Server, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { openStateDatabase } from '../../src/adapters/postgres/data-source.ts';
import { PostgresClock } from '../../src/adapters/postgres/postgres-clock.ts';
import { PostgresObservationStore } from '../../src/adapters/postgres/postgres-observation-store.ts';
import { PostgresReceivedStore } from '../../src/adapters/postgres/postgres-received-store.ts';
import { PostgresRolloutStore } from '../../src/adapters/postgres/postgres-rollout-store.ts';
import { PrometheusProvider } from '../../src/adapters/prometheus/prometheus-provider.ts';
import { NoFaults } from '../../src/adapters/system/kill-points.ts';
import type { MetricGuard } from '../../src/core/policy/guard.ts';
import { createRollout } from '../../src/core/rollout/create-rollout.ts';
import { MetricsCollector } from '../../src/engine/metrics-collector.ts';
import { type MetricsProvider, MetricsProviders } from '../../src/engine/ports/metrics-provider.ts';
import { Reconciler } from '../../src/engine/reconciler.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { policyNamed } from '../support/policy-named.ts';
import { startPrometheus, type PrometheusServer } from '../support/prometheus-server.ts';
import { Silence } from '../support/silence.ts';

/** Epoch seconds; the ratio is bad for the middle third of the half hour before. */
const end = 1_735_732_800;
const badFrom = end - 1_200;
const badTo = end - 600;

function history(): string {
  const times = Array.from({ length: 121 }, (_, index) => end - 1_800 + index * 15);
  const ratioAt = (time: number): number => (time >= badFrom && time < badTo ? 0.9 : 0.999);
  const label = 'migration="slo"';
  return [
    '# TYPE success gauge',
    ...times.map((time) => `success{${label}} ${ratioAt(time)} ${time}`),
  ].join('\n');
}

/** Providers by name; what each was asked is counted. */
class Providers extends MetricsProviders {
  readonly asked: string[] = [];
  /** What hears nothing is told so no earlier than this. */
  others: Promise<unknown> = Promise.resolve();
  readonly #known: Readonly<Record<string, PrometheusProvider>>;

  constructor(known: Readonly<Record<string, PrometheusProvider>>) {
    super();
    this.#known = known;
  }

  override open(_: string, name: string): Promise<MetricsProvider> {
    const provider = this.#known[name];
    if (provider === undefined) return Promise.reject(new Error(`no Provider ${name}`));
    return Promise.resolve({
      delayMs: 0,
      value: async (expr, at) => {
        this.asked.push(expr);
        const answer = await provider.value(expr, at);
        if (name === 'hanging') await this.others;
        return answer;
      },
      values: (expr, label, at) => {
        this.asked.push(expr);
        return provider.values(expr, label, at);
      },
      samples: (selector, windowMs, at) => provider.samples(selector, windowMs, at),
    });
  }
}

let database: TestDatabase;
let source: DataSource;
let rollouts: PostgresRolloutStore;
let observations: PostgresObservationStore;
let prometheus: PrometheusServer;
let hanging: Server;
let providers: Providers;

beforeAll(async () => {
  [database, prometheus] = await Promise.all([
    createDatabase(),
    startPrometheus({ history: history() }),
  ]);
  hanging = createServer();
  await once(hanging.listen(0, '127.0.0.1'), 'listening');
  source = await openStateDatabase(database.url);
  rollouts = new PostgresRolloutStore(source);
  observations = new PostgresObservationStore(source);
});

afterAll(async () => {
  await source.destroy();
  hanging.close();
  await Promise.all([database.drop(), prometheus.stop()]);
});

beforeEach(async () => {
  await source.query(`UPDATE crossfade_state.rollout SET ended = true, due_at = NULL`);
  await source.query(`DELETE FROM crossfade_state.metric`);
  const { port } = hanging.address() as AddressInfo;
  providers = new Providers({
    main: new PrometheusProvider({ url: prometheus.url }),
    hanging: new PrometheusProvider({ url: `http://127.0.0.1:${port}`, timeoutMs: 200 }),
  });
});

const slo: MetricGuard = {
  name: 'slo',
  threshold: 'metric',
  provider: 'main',
  expr: 'avg_over_time(success{$rollout}[$window])',
  min: 0.995,
  max: null,
  intervalMs: 15_000,
  windowMs: 60_000,
  failAfter: { failures: 2, of: 3 },
  onFail: 'hold',
};

async function begun(name: string, ...guards: MetricGuard[]): Promise<string> {
  const policy = policyNamed(name, { guards });
  const now = await new PostgresClock(source).now();
  const attempt = await rollouts.nextAttempt(name);
  const id = `${name}-${attempt}`;
  await rollouts.create(createRollout(policy, id, attempt, now), policy);
  return id;
}

/** Sets the clock that rollouts, collectors and leases live by. */
async function setClock(seconds: number): Promise<void> {
  await source.query(
    'UPDATE crossfade_state.clock SET offset_ms = $1::bigint - floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint',
    [seconds * 1000],
  );
}

const collector = () =>
  new MetricsCollector(
    rollouts,
    observations.metrics,
    providers,
    new PostgresClock(source),
    new PostgresReceivedStore(source),
  );

/** One round at every provider. */
async function collect(one = collector()): Promise<readonly string[]> {
  const lanes = await one.look();
  return (await Promise.all(lanes.map((lane) => one.collect(lane)))).flat();
}

async function tick(): Promise<void> {
  const worker = { name: 'test', leaseMs: 1_000 };
  await new Reconciler(rollouts, observations, new NoFaults(), new Silence(), worker).tick();
}

/** Lives from one moment to another, a quarter of a minute at a time. */
async function live(from: number, to: number): Promise<void> {
  for (let now = from; now <= to; now += 15) {
    await setClock(now);
    await rollouts.wake(await collect());
    await tick();
  }
}

async function holdOf(name: string): Promise<string | null> {
  return (await rollouts.find(name))?.rollout.hold?.code ?? null;
}

describe('a threshold on a real Prometheus', () => {
  it('holds the rollout when enough windows are broken, and lets it go when they are good again', async () => {
    await setClock(end - 1_500);
    await begun('slo', slo);
    await live(end - 1_500, badFrom + 45);
    expect(await holdOf('slo')).not.toBe('guard:slo');
    await live(badFrom + 60, badFrom + 180);
    expect(await holdOf('slo')).toBe('guard:slo');
    const decisions = await rollouts.decisions('slo-1', 0, 100);
    expect(decisions.find(({ action }) => action === 'hold')?.reason).toMatch(
      /^slo: value 0\.9, at least 0\.995 is right, broken in 2 of the last 3 windows/,
    );
    await live(badTo, badTo + 300);
    expect(await holdOf('slo')).not.toBe('guard:slo');
  });
});

describe('questions', () => {
  it('of several rollouts are one, and of several replicas one asks', async () => {
    await setClock(end);
    const shared = { ...slo, expr: 'avg(success)' };
    await begun('one', shared);
    await begun('two', shared, { ...slo, name: 'own', expr: 'count(success{$rollout})' });
    const replicas = [collector(), collector()];
    const news = await Promise.all(replicas.map((one) => collect(one)));
    expect(providers.asked.toSorted()).toEqual(['avg(success)', 'count(success{migration="two"})']);
    expect(news.flat().toSorted()).toEqual(expect.arrayContaining(['one', 'two']));
    await Promise.all(replicas.map((one) => collect(one)));
    expect(providers.asked).toHaveLength(2);
    await setClock(end + 15);
    await Promise.all(replicas.map((one) => collect(one)));
    expect(providers.asked).toHaveLength(4);
  });

  it('that get no answer are observations, and keep no other provider waiting', async () => {
    await setClock(end - 10);
    const silent = Array.from({ length: 9 }, (_, index) => ({
      ...slo,
      name: `silent-${index}`,
      provider: 'hanging',
      expr: `vector(${index})`,
    }));
    await begun('mixed', { ...slo, expr: 'avg(success)' }, ...silent, {
      ...slo,
      name: 'lost',
      provider: 'unknown',
    });
    await setClock(end);
    const one = collector();
    await one.look();
    const lane = (name: string) => one.collect(`identity/${name}`);
    const hung = lane('hanging');
    // Whoever waited for the one that hangs would wait for good.
    providers.others = Promise.all(['main', 'unknown'].map(lane));
    await hung;
    // Four at a time are waited for, then the provider is left alone until the next round.
    expect(providers.asked.filter((expr) => expr.startsWith('vector'))).toHaveLength(4);
    await tick();
    const [started] = await rollouts.decisions('mixed-1', 0, 1);
    const verdicts = Object.fromEntries(
      (started?.measurements ?? []).map(({ guard, verdict, reason }) => [
        guard,
        `${verdict}: ${reason}`,
      ]),
    );
    expect(verdicts['slo']).toMatch(/^inconclusive: value 0.999/);
    const silences = silent.map(({ name }) => String(verdicts[name])).toSorted();
    const asked = 'providerError: no answer within 200 ms';
    const spared = 'providerError: not asked: no answer within 200 ms';
    expect(silences).toEqual([...Array(4).fill(asked), ...Array(5).fill(spared)]);
    expect(verdicts['lost']).toBe('providerError: no Provider unknown');
  });
});
