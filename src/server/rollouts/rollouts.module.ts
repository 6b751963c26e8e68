import { Module } from '@nestjs/common';
import { DocumentsModule } from '../documents/documents.module.ts';
import { GuardHistory } from '../../engine/guard-history.ts';
import { RolloutStore } from '../../engine/ports/rollout-store.ts';
import { TickLog } from '../../engine/ports/tick-log.ts';
import { built } from '../built.ts';
import { EngineMetrics } from '../metrics/engine-metrics.ts';
import { EngineModule } from '../engine/engine.module.ts';
import { AttentionGauge } from './attention-gauge.ts';
import { RolloutsController } from './rollouts.controller.ts';

@Module({
  imports: [EngineModule, DocumentsModule],
  controllers: [RolloutsController],
  providers: [
    built(GuardHistory, RolloutStore, TickLog),
    built(AttentionGauge, RolloutStore, EngineMetrics),
  ],
})
export class RolloutsModule {}
