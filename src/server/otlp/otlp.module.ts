import { Module } from '@nestjs/common';
import { OtlpProtocol } from '../../adapters/otlp/otlp-protocol.ts';
import { MetricsProtocol } from '../../engine/ports/metrics-protocol.ts';
import { ReceivedStore } from '../../engine/ports/received-store.ts';
import { RolloutStore } from '../../engine/ports/rollout-store.ts';
import { ReceivedMetrics } from '../../engine/received-metrics.ts';
import { built } from '../built.ts';
import { EngineModule } from '../engine/engine.module.ts';
import { Heart } from '../engine/heart.ts';
import { OtlpController } from './otlp.controller.ts';
import { OtlpFilter } from './otlp.filter.ts';
import { ReceivedBeats } from './received-beats.ts';

@Module({
  imports: [EngineModule],
  controllers: [OtlpController],
  providers: [
    OtlpFilter,
    { provide: MetricsProtocol, useClass: OtlpProtocol },
    built(ReceivedMetrics, ReceivedStore, RolloutStore),
    built(ReceivedBeats, Heart, ReceivedStore),
  ],
})
export class OtlpModule {}
