import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Counter, Registry } from 'prom-client';
import { PrometheusProvider } from '../../src/adapters/prometheus/prometheus-provider.ts';
import type { CountsReading, Doubt } from '../../src/core/metrics/metric-reading.ts';
import { seriesNamed } from '../../src/core/metrics/own-series.ts';
import { readCounts } from '../../src/core/metrics/read-counts.ts';
import { readValue } from '../../src/core/metrics/read-value.ts';
import { zeros } from '../../src/core/statistics/column.ts';
import { askTogether } from '../../src/engine/ask-together.ts';
import { NativeExporter } from '../support/native-exporter.ts';
import { startPrometheus, type PrometheusServer } from '../support/prometheus-server.ts';

const labelNames = ['migration', 'cohort', 'bucket'] as const;

/** An application that exports its counters, and forgets them when it is restarted. */
class Exporter {
  #registry = new Registry();
  #requests = this.#counter('app_requests_total');
  #errors = this.#counter('app_errors_total');
  readonly server: Server = createServer((_, response) => {
    void this.#registry.metrics().then((text) => response.end(text));
  });

  serve(cohort: string, bucket: string, requests: number, errors = 0): void {
    const labels = { migration: 'users-birthdate', cohort, bucket };
    this.#requests.inc(labels, requests);
    if (errors > 0) this.#errors.inc(labels, errors);
  }

  restart(): void {
    this.#registry = new Registry();
    this.#requests = this.#counter('app_requests_total');
    this.#errors = this.#counter('app_errors_total');
  }

  #counter(name: string): Counter<(typeof labelNames)[number]> {
    return new Counter({ name, help: name, labelNames, registers: [this.#registry] });
  }
}

const exporter = new Exporter();
const native = new NativeExporter('app_duration_seconds');
let server: PrometheusServer;
let provider: PrometheusProvider;

beforeAll(async () => {
  await once(exporter.server.listen(0, '127.0.0.1'), 'listening');
  await once(native.server.listen(0, '127.0.0.1'), 'listening');
  const [port, nativePort] = [exporter, native].map(
    (each) => (each.server.address() as AddressInfo).port,
  );
  server = await startPrometheus({
    feature: 'native-histograms',
    config: `scrape_configs:
  - job_name: app
    scrape_interval: 100ms
    scrape_timeout: 100ms
    static_configs: [{ targets: ['127.0.0.1:${port}', '127.0.0.1:${nativePort}'] }]`,
  });
  provider = new PrometheusProvider({ url: server.url });
});

afterAll(async () => {
  await server.stop();
  for (const each of [exporter.server, native.server]) {
    each.closeAllConnections();
    each.close();
  }
});

/** Waits until the requests are seen at this number, and says when that was. */
function seen(cohort: string, requests: number): Promise<number> {
  return reached(`sum(app_requests_total{cohort="${cohort}"})`, requests);
}

async function reached(expr: string, requests: number): Promise<number> {
  for (;;) {
    const at = Date.now();
    const answer = await provider.value(expr, at);
    const value = answer.kind === 'series' ? answer.series[0]?.samples[0]?.[1] : undefined;
    if (value === requests) return at;
    await sleep(20);
  }
}

async function counts(from: number, at: number): Promise<CountsReading | Doubt> {
  // Far enough back for the last scrape before, however seldom a busy machine lets Prometheus scrape.
  const reach = at - from + 60_000;
  const ask = (name: string) => provider.samples(`${name}{migration="users-birthdate"}`, reach, at);
  const [bad, total] = await Promise.all([ask('app_errors_total'), ask('app_requests_total')]);
  return readCounts({ bad, total, from, shapes: { bad: 'counters', total: 'counters' } });
}

describe('counters of a scraped application', () => {
  it('give what happened in a window, through births and restarts', async () => {
    exporter.serve('baseline', '3', 1_000);
    exporter.serve('canary', '60', 50);
    const start = await seen('canary', 50);
    exporter.serve('baseline', '3', 200);
    exporter.serve('canary', '60', 20, 2);
    const middle = await seen('canary', 70);
    // The first errors were never 0: their counter is born with them.
    expect(await counts(start, middle)).toMatchObject({
      kind: 'counts',
      tier: 'bucket',
      units: [
        { unit: 'bucket 3', cohort: 'baseline', requests: 200, failed: 0 },
        { unit: 'bucket 60', cohort: 'canary', requests: 20, failed: 2 },
      ],
    });
    exporter.restart();
    exporter.serve('baseline', '3', 30);
    exporter.serve('canary', '60', 7, 1);
    const end = await seen('canary', 7);
    expect(await counts(middle, end)).toMatchObject({
      units: [
        { unit: 'bucket 3', cohort: 'baseline', requests: 30, failed: 0 },
        { unit: 'bucket 60', cohort: 'canary', requests: 7, failed: 1 },
      ],
    });
    const quiet = await counts(end, Date.now());
    expect(quiet).toMatchObject({ kind: 'counts', units: [] });
  });
});

describe('native histograms of a scraped application', () => {
  const canary = { migration: 'users-birthdate', cohort: 'canary' };
  const baseline = { migration: 'users-birthdate', cohort: 'baseline' };
  const seenNative = (durations: number): Promise<number> =>
    reached('sum(histogram_count(app_duration_seconds{cohort="canary"}))', durations);

  /** As several rollouts ask together; who has no series is there, too. */
  async function durations(from: number, at: number) {
    const owners = ['users-birthdate', 'unheard-of'].map(seriesNamed);
    const histogram = 'app_duration_seconds{$rollout}';
    const question = { kind: 'histogram', histogram, unit: 's' } as const;
    const asked = { question, owners, from, at, intervalMs: 2_500 };
    const { readings } = await askTogether(provider, asked);
    expect(readings[1]).toMatchObject({ verdict: 'noData' });
    return readings[0];
  }
  const exponential = (scale: number) => ({ kind: 'exponential', scale });

  it('give what happened in a window, through a coarser schema and a restart', async () => {
    native.observe(canary, 0.1, 1_000);
    native.observe(baseline, 0.1, 1_000);
    const start = await seenNative(1_000);
    native.observe(baseline, 0.1, 40);
    native.observe(canary, 0.1, 30);
    native.observe(canary, 0.25, 6);
    native.observe(canary, 1.5, 4);
    native.observe(canary, 0, 2);
    const middle = await seenNative(1_042);
    // At 8 buckets per doubling 0.1 s lies in the 27th below 1 s, 0.25 s ends the 17th, 1.5 s is in the 5th above.
    const fine = [30, ...zeros(9), 6, ...zeros(20), 4];
    expect(await durations(start, middle)).toMatchObject({
      kind: 'counts',
      tier: 'total',
      units: [
        { unit: 'all', cohort: 'baseline', requests: 40, failed: 0 },
        { unit: 'all', cohort: 'canary', requests: 42, failed: 0 },
      ],
      latency: [
        { cohort: 'baseline', layout: exponential(3), durations: { offset: -27, counts: [40] } },
        {
          cohort: 'canary',
          layout: exponential(3),
          // What took no time is in the zero bucket: a microsecond, for us.
          durations: { offset: -160, counts: [2, ...zeros(132), ...fine] },
        },
      ],
    });
    native.schema = 1;
    native.observe(canary, 1.5, 8);
    const later = await seenNative(1_050);
    expect(await durations(middle, later)).toMatchObject({
      units: [{ cohort: 'canary', requests: 8 }],
      latency: [{ layout: exponential(1), durations: { offset: 1, counts: [8] } }],
    });
    native.restart();
    native.observe(canary, 0.25, 7);
    const end = await seenNative(7);
    expect(await durations(later, end)).toMatchObject({
      units: [{ cohort: 'canary', requests: 7 }],
      latency: [{ durations: { offset: -5, counts: [7] } }],
    });
    const counted =
      'sum by (cohort) (histogram_count(increase(app_duration_seconds{cohort="canary"}[10s])))';
    const value = readValue(await provider.value(counted, end));
    expect(value).toMatchObject({ kind: 'value', newestAt: expect.any(Number) });
    expect(readValue(await provider.value('sum(app_duration_seconds)', end))).toMatchObject({
      verdict: 'providerError',
      reason: expect.stringMatching(/native histograms.*use histogram_quantile/),
    });
  });
});
