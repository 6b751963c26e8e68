import { OTLPMetricExporter as JsonExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtobufExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import {
  AggregationTemporality,
  AggregationType,
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import type { Meter } from '../../src/sdk/telemetry.ts';

/** An application with OpenTelemetry's SDK, which sends its metrics when it is told to. */
export interface OtlpSender {
  readonly meter: Meter;
  /** Rejects when they were not taken in. */
  send(): Promise<void>;
  stop(): Promise<void>;
}

export interface SenderSetup {
  readonly url: string;
  readonly token: string;
  readonly form: 'protobuf' | 'json';
  readonly temporality: AggregationTemporality;
  /** Whether durations are sent in exponential buckets. */
  readonly exponential?: boolean;
}

export function startOtlpSender(setup: SenderSetup): OtlpSender {
  const Exporter = setup.form === 'json' ? JsonExporter : ProtobufExporter;
  const exporter = new Exporter({
    url: setup.url,
    headers: { authorization: `Bearer ${setup.token}` },
    temporalityPreference: setup.temporality as number,
    timeoutMillis: 20_000,
    compression: 'gzip' as never,
  }) as unknown as PushMetricExporter;
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1e9 });
  const exponential = { type: AggregationType.EXPONENTIAL_HISTOGRAM } as const;
  const provider = new MeterProvider({
    readers: [reader],
    views:
      setup.exponential === true
        ? [{ instrumentName: 'migration.operation.duration', aggregation: exponential }]
        : [],
  });
  return {
    meter: provider.getMeter('@crossfade/sdk'),
    send: () => reader.forceFlush(),
    stop: () => reader.shutdown().catch(() => {}),
  };
}
