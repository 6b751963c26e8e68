import { logs, metrics } from '@opentelemetry/api';
import type { LogRecord } from '@opentelemetry/api';
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
  logs.disable();
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

it('finds its logger as well: an event for what was decided, and no unit in it', async () => {
  const events: LogRecord[] = [];
  const logger = { enabled: () => true, emit: (event: LogRecord) => void events.push(event) };
  logs.setGlobalLoggerProvider({ getLogger: () => logger });
  const seen = server.reports.length;
  await server.until(() => server.reports.length > seen + 1);
  const birthdate = crossfade.migration('users-birthdate');
  await crossfade.withUnit('initech', () => birthdate.read({ old: () => 'old', new: () => 'new' }));
  expect(events).toMatchObject([
    {
      eventName: 'feature_flag.evaluation',
      attributes: {
        'feature_flag.key': 'users-birthdate',
        'feature_flag.result.variant': 'live',
      },
    },
  ]);
  expect(JSON.stringify(events)).not.toContain('initech');
});
