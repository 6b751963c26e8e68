import { Module } from '@nestjs/common';
import { InstanceOverview } from '../../engine/instance-overview.ts';
import { Clock } from '../../engine/ports/clock.ts';
import { FlagFeed } from '../../engine/ports/flag-feed.ts';
import { InstanceRegistry } from '../../engine/ports/instance-registry.ts';
import { RouteFeed } from '../../engine/ports/route-feed.ts';
import { built } from '../built.ts';
import { InstancesController } from './instances.controller.ts';

@Module({
  controllers: [InstancesController],
  providers: [built(InstanceOverview, InstanceRegistry, RouteFeed, FlagFeed, Clock)],
  exports: [InstanceOverview],
})
export class InstancesModule {}
