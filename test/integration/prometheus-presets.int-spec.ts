import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PrometheusProvider } from '../../src/adapters/prometheus/prometheus-provider.ts';
import { metricQueriesOf } from '../../src/core/metrics/metric-query.ts';
import { metricPresets, type MetricPresetName } from '../../src/core/policy/metric-presets.ts';
import type { Guard } from '../../src/core/policy/guard.ts';
import type { ReceivedStore } from '../../src/engine/ports/received-store.ts';
import { QuestionBatches } from '../../src/engine/question-batches.ts';
import { QuestionRound } from '../../src/engine/question-round.ts';
import { checkFiles } from '../../src/language/check-files.ts';
import { startPrometheus, type PrometheusServer } from '../support/prometheus-server.ts';
import { sha256 } from '../support/sha256.ts';

/** Epoch seconds; counters are scraped every 15 s for two minutes before. */
const end = 1_735_732_800;

/** What an exporter writes, taken down from what it really writes: names, and labels with their values. */
interface Exported {
  readonly counter: string;
  readonly ok: string;
  readonly failed: string;
  readonly histogram: string;
  /** Labels of the histogram beside those of the cohort. */
  readonly more?: string;
  readonly unit?: 'ms';
  /** The label that names a deployment; absent where the application says `migration` and `cohort`. */
  readonly deployment?: string;
}

const otel = 'http_request_method="GET",http_route="/users/{id}"';
const istio = 'destination_service="users",reporter="destination"';

const exported: Readonly<Record<MetricPresetName, Exported>> = {
  'crossfade-sdk': {
    counter: 'migration_operations_total',
    ok: 'operation="read",side="new",outcome="ok"',
    failed: 'operation="read",side="new",outcome="error"',
    histogram: 'migration_operation_duration_seconds',
    more: 'operation="read",side="new",role="authoritative"',
  },
  'otel-http': {
    counter: 'http_server_request_duration_seconds_count',
    ok: `${otel},http_response_status_code="200"`,
    failed: `${otel},http_response_status_code="503",error_type="503"`,
    histogram: 'http_server_request_duration_seconds',
    more: `${otel},http_response_status_code="200"`,
  },
  'otel-http-js': {
    counter: 'http_server_request_duration_count',
    ok: `${otel},http_response_status_code="404"`,
    failed: `${otel},http_response_status_code="500"`,
    histogram: 'http_server_request_duration',
    more: `${otel},http_response_status_code="200"`,
  },
  micrometer: {
    counter: 'http_server_requests_seconds_count',
    ok: 'method="GET",outcome="SUCCESS",status="200",uri="/users/{id}"',
    failed: 'method="GET",outcome="SERVER_ERROR",status="500",uri="/users/{id}"',
    histogram: 'http_server_requests_seconds',
    more: 'method="GET",outcome="SUCCESS",status="200",uri="/users/{id}"',
  },
  envoy: {
    counter: 'envoy_cluster_upstream_rq_xx',
    ok: 'envoy_response_code_class="2"',
    failed: 'envoy_response_code_class="5"',
    histogram: 'envoy_cluster_upstream_rq_time',
    unit: 'ms',
    deployment: 'envoy_cluster_name',
  },
  istio: {
    counter: 'istio_requests_total',
    ok: `${istio},response_code="200"`,
    failed: `${istio},response_code="502"`,
    histogram: 'istio_request_duration_milliseconds',
    more: `${istio},response_code="200"`,
    unit: 'ms',
    deployment: 'destination_workload',
  },
  linkerd: {
    counter: 'response_total',
    ok: 'direction="inbound",classification="success",status_code="200"',
    failed: 'direction="inbound",classification="failure",status_code="500"',
    histogram: 'response_latency_ms',
    more: 'direction="inbound",status_code="200"',
    unit: 'ms',
    deployment: 'deployment',
  },
  nginx: {
    counter: 'nginx_ingress_controller_requests',
    ok: 'ingress="users",status="200"',
    failed: 'ingress="users",status="503"',
    histogram: 'nginx_ingress_controller_request_duration_seconds',
    more: 'ingress="users",status="200"',
    deployment: 'service',
  },
  traefik: {
    counter: 'traefik_service_requests_total',
    ok: 'code="200",method="GET",protocol="http"',
    failed: 'code="500",method="GET",protocol="http"',
    histogram: 'traefik_service_request_duration_seconds',
    more: 'code="200",method="GET",protocol="http"',
    deployment: 'service',
  },
};

const deployments = { canary: 'users-new@docker', baseline: 'users-old@docker' };
const cohorts = ['canary', 'baseline'] as const;

/** Every 15 s each cohort is asked 40 times; of the canary's requests 4 fail, 10 take longer than 0.1 s. */
function historyOf({ counter, ok, failed, histogram, more, unit, deployment }: Exported): string[] {
  const [short, long] = unit === 'ms' ? ['100', '1000'] : ['0.1', '1.0'];
  return cohorts.flatMap((cohort) => {
    const who =
      deployment === undefined
        ? `migration="users-birthdate",cohort="${cohort}"`
        : `${deployment}="${deployments[cohort]}"`;
    const errors = cohort === 'canary' ? 4 : 0;
    const line = (name: string, labels: string, grows: number): string[] =>
      Array.from({ length: 9 }, (_, index) => {
        const all = [who, labels, 'job="users",instance="a"'].filter((each) => each !== '');
        return `${name}{${all.join(',')}} ${index * grows} ${end - 120 + index * 15}`;
      });
    const bucket = (le: string, grows: number): string[] =>
      line(`${histogram}_bucket`, [more, `le="${le}"`].filter(Boolean).join(','), grows);
    return [
      ...line(counter, ok, 40 - errors),
      ...line(counter, failed, errors),
      ...bucket(short, cohort === 'canary' ? 30 : 40),
      ...bucket(long, 40),
      ...bucket('+Inf', 40),
    ];
  });
}

let prometheus: PrometheusServer;

beforeAll(async () => {
  // Names of two exporters may be the same, but never within one family of a text.
  const history = Object.values(exported).flatMap(historyOf).toSorted().join('\n');
  prometheus = await startPrometheus({ history });
});

afterAll(() => prometheus.stop());

/** The guards of a policy that says no more than whose names they are. */
function guardsOf(preset: MetricPresetName): readonly Guard[] {
  const written =
    exported[preset].deployment === undefined
      ? ''
      : `, cohorts: { canary: "${deployments.canary}", baseline: "${deployments.baseline}" }`;
  const source = `source: { prometheus: main, preset: ${preset}${written} }`;
  const text = readFileSync('policies/02-prometheus-guards.yaml', 'utf8')
    .replace('name: orders-placed-on', 'name: users-birthdate')
    .replace(
      /\n {2}guards:\n[^]*$/,
      `\n  guards:\n    - { name: e, compare: errors, ${source} }\n    - { name: l, compare: latency, ${source} }\n`,
    );
  const { policies, faults } = checkFiles([{ name: 'p.yaml', text }], [], sha256);
  expect(faults).toEqual([]);
  return policies[0]?.guards ?? [];
}

async function readingsOf(preset: MetricPresetName) {
  const policy = { name: 'users-birthdate', project: 'default', guards: guardsOf(preset) };
  const provider = new PrometheusProvider({ url: prometheus.url });
  const round = new QuestionRound(provider, {} as ReceivedStore, new QuestionBatches());
  return Promise.all(
    [...metricQueriesOf(policy).values()].map(async (query) => {
      const due = { query, from: (end - 60) * 1_000, at: end * 1_000 };
      return (await round.observe([due])).get(query.key)?.reading;
    }),
  );
}

describe('a preset', () => {
  it.each(Object.keys(metricPresets) as MetricPresetName[])(
    '%s reads what its exporter writes',
    async (preset) => {
      const [errors, latency] = await readingsOf(preset);
      expect(errors).toMatchObject({
        tier: 'total',
        units: expect.arrayContaining([
          { unit: 'all', cohort: 'canary', requests: 160, failed: 16 },
          { unit: 'all', cohort: 'baseline', requests: 160, failed: 0 },
        ]),
        newestAt: end * 1_000,
      });
      const row = (cohort: string, counts: readonly number[]) =>
        expect.objectContaining({
          cohort,
          layout: { kind: 'explicit', bounds: [0.1, 1] },
          durations: { offset: 0, counts },
        });
      expect(latency).toMatchObject({
        latency: expect.arrayContaining([row('canary', [120, 40]), row('baseline', [160])]),
      });
    },
  );

  it('is explained by its name and all of its names', () => {
    const page = readFileSync('docs/adapters/presets.md', 'utf8');
    for (const [name, { bad, total, durations, label }] of Object.entries(metricPresets)) {
      const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\``)) ?? '';
      for (const text of [bad, total, durations]) {
        const own = text.replace(/,?\$rollout/, '').replace('{}', '');
        expect(row).toContain(`\`${own}\``);
      }
      expect(row).toContain(`\`${label}\``);
    }
  });
});
