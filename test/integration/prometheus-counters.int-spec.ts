import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Counter, Registry } from 'prom-client';
import { PrometheusProvider } from '../../src/adapters/prometheus/prometheus-provider.ts';
import type { CountsReading, Doubt } from '../../src/core/metrics/metric-reading.ts';
import { readCounts } from '../../src/core/metrics/read-counts.ts';
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
let server: PrometheusServer;
let provider: PrometheusProvider;

beforeAll(async () => {
  await once(exporter.server.listen(0, '127.0.0.1'), 'listening');
  const { port } = exporter.server.address() as AddressInfo;
  server = await startPrometheus({
    config: `scrape_configs:
  - job_name: app
    scrape_interval: 100ms
    scrape_timeout: 100ms
    static_configs: [{ targets: ['127.0.0.1:${port}'] }]`,
  });
  provider = new PrometheusProvider({ url: server.url });
});

afterAll(async () => {
  await server.stop();
  exporter.server.closeAllConnections();
  exporter.server.close();
});

/** Waits until the requests are seen at this number, and says when that was. */
async function seen(cohort: string, requests: number): Promise<number> {
  for (;;) {
    const at = Date.now();
    const answer = await provider.value(`sum(app_requests_total{cohort="${cohort}"})`, at);
    const value = answer.kind === 'series' ? answer.series[0]?.samples[0]?.[1] : undefined;
    if (value === requests) return at;
    await sleep(20);
  }
}

async function counts(from: number, at: number): Promise<CountsReading | Doubt> {
  const ask = (name: string) =>
    provider.samples(`${name}{migration="users-birthdate"}`, at - from + 1_000, at);
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
