import { Module } from '@nestjs/common';
import { DocumentsModule } from '../documents/documents.module.ts';
import { EventReader } from '../../engine/ports/event-reader.ts';
import { RolloutEvents } from '../../engine/rollout-events.ts';
import { RolloutRebases } from '../../engine/rollout-rebases.ts';
import { GuardHistory } from '../../engine/guard-history.ts';
import { RolloutStore } from '../../engine/ports/rollout-store.ts';
import { TickLog } from '../../engine/ports/tick-log.ts';
import { built } from '../built.ts';
import { EngineModule } from '../engine/engine.module.ts';
import { RebasesController } from './rebases.controller.ts';
import { RolloutEventsController } from './rollout-events.controller.ts';
import { RolloutsController } from './rollouts.controller.ts';

@Module({
  imports: [EngineModule, DocumentsModule],
  controllers: [RolloutsController, RebasesController, RolloutEventsController],
  providers: [
    built(GuardHistory, RolloutStore, TickLog),
    built(RolloutRebases, RolloutStore),
    built(RolloutEvents, RolloutStore, EventReader),
  ],
})
export class RolloutsModule {}
