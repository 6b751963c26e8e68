import { Module } from '@nestjs/common';
import { AlertIntake } from '../../engine/alert-intake.ts';
import { AlertOverview } from '../../engine/alert-overview.ts';
import { AlertInbox } from '../../engine/ports/alert-inbox.ts';
import { Clock } from '../../engine/ports/clock.ts';
import { EventLog } from '../../engine/ports/event-log.ts';
import { RolloutStore } from '../../engine/ports/rollout-store.ts';
import { Doorkeeper } from '../auth/doorkeeper.ts';
import { built } from '../built.ts';
import { Config } from '../config.ts';
import { EngineModule } from '../engine/engine.module.ts';
import { Heart } from '../engine/heart.ts';
import { ServingModule } from '../flags/serving.module.ts';
import { AlertBeats } from './alert-beats.ts';
import { AlertDoor } from './alert-door.ts';
import { AlertsController } from './alerts.controller.ts';

@Module({
  imports: [EngineModule, ServingModule],
  controllers: [AlertsController],
  providers: [
    built(AlertIntake, AlertInbox, RolloutStore, EventLog),
    built(AlertOverview, AlertInbox, RolloutStore, Clock),
    {
      provide: AlertDoor,
      useFactory: (doorkeeper: Doorkeeper, { alertSecrets }: Config, clock: Clock) =>
        new AlertDoor(doorkeeper, alertSecrets, clock),
      inject: [Doorkeeper, Config, Clock],
    },
    built(AlertBeats, Heart, AlertInbox),
  ],
  exports: [AlertIntake],
})
export class AlertsModule {}
