import { metrics } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createCrossfade } from '../../src/sdk/index.ts';
import type { Crossfade } from '../../src/sdk/index.ts';
import { ProtocolServer } from '../support/protocol-server.ts';
import { routeOf } from '../support/route-of.ts';

let server: ProtocolServer;
let crossfade: Crossfade;

beforeAll(async () => {
  server = await ProtocolServer.start();
  server.set(routeOf({ share: 100 }));
});

afterAll(async () => {
  await crossfade.close();
  metrics.disable();
  await server.vanish();
});

it('finds the OpenTelemetry of an application that registers it after Crossfade was connected', async () => {
  crossfade = createCrossfade({ url: server.url, token: 't', service: 's', heartbeatMs: 100 });
  const birthdate = crossfade.migration('users-birthdate');
  await crossfade.ready();
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1e9 });
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
  const seen = server.reports.length;
  await server.until(() => server.reports.length > seen + 1);
  await crossfade.withUnit('acme', () => birthdate.read({ old: () => 'old', new: () => 'new' }));
  await reader.forceFlush();
  const points = exporter
    .getMetrics()
    .flatMap(({ scopeMetrics }) => scopeMetrics)
    .flatMap((scope) => scope.metrics)
    .filter(({ descriptor }) => descriptor.name === 'migration.operations')
    .flatMap(({ dataPoints }) => dataPoints as { value: unknown; attributes: unknown }[])
    .filter(({ value }) => value !== 0);
  expect(points).toMatchObject([{ value: 1, attributes: { side: 'new', outcome: 'ok' } }]);
  await reader.shutdown();
});
