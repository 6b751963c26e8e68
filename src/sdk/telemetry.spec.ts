import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { clientInStage, failing } from '../../test/support/client-in-stage.ts';
import type { ClientInStage } from '../../test/support/client-in-stage.ts';
import { settle } from '../../test/support/manual-timing.ts';
import { Telemetry } from './telemetry.ts';
import type { Meter } from './telemetry.ts';

interface Point {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly value: unknown;
}

let exporter: InMemoryMetricExporter;
let provider: MeterProvider;
let meter: Meter | null;
let given: ClientInStage;

beforeEach(async () => {
  exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  provider = new MeterProvider({
    readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1e9 })],
  });
  meter = null;
});

afterEach(async () => {
  await given.client.close();
  await provider.shutdown();
});

async function start(stage: 'shadow' | 'live'): Promise<void> {
  given = await clientInStage(stage, {}, {}, new Telemetry(() => meter));
}

/** What the application's own OpenTelemetry would export now. */
async function exported(): Promise<Readonly<Record<string, readonly Point[]>>> {
  exporter.reset();
  await provider.forceFlush();
  const metrics = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics);
  return Object.fromEntries(
    metrics
      .flatMap((scope) => scope.metrics)
      .map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints as readonly Point[]]),
  );
}

/** Points that count something, without the zeros that every series begins with. */
function counted(points: readonly Point[] = []): readonly Point[] {
  return points
    .filter(({ value }) => value !== 0)
    .map(({ attributes, value }) => ({ attributes, value }));
}

describe('the metrics of an application', () => {
  it('begin at zero before anything is served, as soon as there is somebody to count', async () => {
    await start('live');
    expect(await exported()).toEqual({});
    meter = provider.getMeter('@crossfade/sdk');
    await given.timing.advance(1_000);
    const { 'migration.operations': operations, ...others } = await exported();
    expect(operations).toHaveLength(2 * 2 * 65 * 2);
    expect(counted(operations)).toEqual([]);
    expect(Object.keys(others)).toEqual(['migration.comparisons', 'migration.fallbacks']);
  });

  it('count operations by side, cohort, bucket and outcome, and no unit by name', async () => {
    await start('live');
    meter = provider.getMeter('@crossfade/sdk');
    await given.timing.advance(1_000);
    await given.read();
    await given.read({ pure: true, new: failing });
    const metrics = await exported();
    const series = {
      migration: 'users-birthdate',
      operation: 'read',
      side: 'new',
      cohort: 'canary',
    };
    const bucket = expect.stringMatching(/^\d+$/) as unknown;
    expect(counted(metrics['migration.operations'])).toEqual([
      { attributes: { ...series, bucket, outcome: 'ok' }, value: 1 },
      { attributes: { ...series, bucket, outcome: 'error' }, value: 1 },
    ]);
    expect(counted(metrics['migration.fallbacks'])).toMatchObject([{ value: 1 }]);
    expect(JSON.stringify(metrics)).not.toContain('t1');
  });

  it('tell the durations of those who served from those that nobody waited for', async () => {
    await start('shadow');
    meter = provider.getMeter('@crossfade/sdk');
    await given.timing.advance(1_000);
    await given.read({ pure: true });
    await settle();
    const metrics = await exported();
    const points = counted(metrics['migration.operation.duration']);
    const series = { migration: 'users-birthdate', operation: 'read', cohort: 'baseline' };
    const one = expect.objectContaining({ count: 1 }) as unknown;
    expect(points).toEqual([
      {
        attributes: {
          ...series,
          side: 'old',
          role: 'authoritative',
          ramp_group: expect.any(Number),
        },
        value: one,
      },
      {
        attributes: { ...series, side: 'new', role: 'shadow', ramp_group: expect.any(Number) },
        value: one,
      },
    ]);
    expect(counted(metrics['migration.comparisons'])).toEqual([
      { attributes: { migration: 'users-birthdate', outcome: 'match' }, value: 1 },
    ]);
  });
});
