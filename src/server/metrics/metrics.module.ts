import { ConsoleLogger, Global, Module } from '@nestjs/common';
import { EventLog } from '../../engine/ports/event-log.ts';
import { JsonEventLog } from '../logging/json-event-log.ts';
import { EngineMetrics } from './engine-metrics.ts';
import { MetricsController } from './metrics.controller.ts';

/** Events go to the log and to Prometheus. */
@Global()
@Module({
  controllers: [MetricsController],
  providers: [
    EngineMetrics,
    { provide: ConsoleLogger, useFactory: () => new ConsoleLogger({ json: true }) },
    { provide: EventLog, useClass: JsonEventLog },
  ],
  exports: [EventLog, EngineMetrics],
})
export class MetricsModule {}
