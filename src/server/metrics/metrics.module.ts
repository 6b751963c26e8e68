import { ConsoleLogger, Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { EventLog } from '../../engine/ports/event-log.ts';
import { FleetReader } from '../../engine/ports/fleet-reader.ts';
import { NoTracer, Tracer } from '../../engine/ports/tracer.ts';
import { built } from '../built.ts';
import { Config } from '../config.ts';
import { JsonEventLog } from '../logging/json-event-log.ts';
import { serverVersion } from '../version.ts';
import { EngineMetrics } from './engine-metrics.ts';
import { FleetGauges } from './fleet-gauges.ts';
import { MetricsController } from './metrics.controller.ts';

/** OpenTelemetry's SDK is not even loaded where nobody traces: it takes half a second and 30 MB. */
async function tracerFor({ tracedAs }: Config): Promise<Tracer> {
  if (tracedAs === undefined) return new NoTracer();
  const { OtelTracer } = await import('../../adapters/telemetry/otel-tracer.ts');
  return new OtelTracer(tracedAs, serverVersion());
}

/** Events go to the log, to Prometheus and to whoever collects traces. */
@Global()
@Module({
  controllers: [MetricsController],
  providers: [
    EngineMetrics,
    { provide: Tracer, useFactory: tracerFor, inject: [Config] },
    { provide: ConsoleLogger, useFactory: () => new ConsoleLogger({ json: true }) },
    { provide: EventLog, useClass: JsonEventLog },
    built(FleetGauges, FleetReader, EngineMetrics, EventLog),
  ],
  exports: [EventLog, EngineMetrics],
})
export class MetricsModule implements OnApplicationShutdown {
  private readonly tracer: Tracer;

  constructor(tracer: Tracer) {
    this.tracer = tracer;
  }

  onApplicationShutdown(): Promise<void> {
    return this.tracer.close();
  }
}
