import { ConsoleLogger, Global, Module } from '@nestjs/common';
import { EventLog } from '../../engine/ports/event-log.ts';
import { FleetReader } from '../../engine/ports/fleet-reader.ts';
import { built } from '../built.ts';
import { JsonEventLog } from '../logging/json-event-log.ts';
import { EngineMetrics } from './engine-metrics.ts';
import { FleetGauges } from './fleet-gauges.ts';
import { MetricsController } from './metrics.controller.ts';

/** Events go to the log and to Prometheus. */
@Global()
@Module({
  controllers: [MetricsController],
  providers: [
    EngineMetrics,
    { provide: ConsoleLogger, useFactory: () => new ConsoleLogger({ json: true }) },
    { provide: EventLog, useClass: JsonEventLog },
    built(FleetGauges, FleetReader, EngineMetrics, EventLog),
  ],
  exports: [EventLog, EngineMetrics],
})
export class MetricsModule {}
