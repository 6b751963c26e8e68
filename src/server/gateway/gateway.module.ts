import { Module } from '@nestjs/common';
import { Intake } from '../../engine/ports/intake.ts';
import { RolloutStore } from '../../engine/ports/rollout-store.ts';
import { RouteFeed } from '../../engine/ports/route-feed.ts';
import { Doorkeeper } from '../auth/doorkeeper.ts';
import { EngineModule } from '../engine/engine.module.ts';
import { Pulse } from '../engine/pulse.ts';
import { ServingModule } from '../flags/serving.module.ts';
import { GatewayController } from './gateway.controller.ts';
import { GatewayDoor } from './gateway-door.ts';
import { GatewayMemory } from './gateway-memory.ts';
import { GatewaySeats } from './gateway-seats.ts';

@Module({
  imports: [EngineModule, ServingModule],
  controllers: [GatewayController],
  providers: [
    {
      provide: GatewayDoor,
      useFactory: (doorkeeper: Doorkeeper) => new GatewayDoor(doorkeeper),
      inject: [Doorkeeper],
    },
    {
      provide: GatewayMemory,
      useFactory: (feed: RouteFeed) => new GatewayMemory(feed),
      inject: [RouteFeed],
    },
    {
      provide: GatewaySeats,
      useFactory: (
        memory: GatewayMemory,
        intake: Intake,
        rollouts: RolloutStore,
        pulse: Pulse,
      ): GatewaySeats => new GatewaySeats(memory, intake, rollouts, pulse),
      inject: [GatewayMemory, Intake, RolloutStore, Pulse],
    },
  ],
})
export class GatewayModule {}
