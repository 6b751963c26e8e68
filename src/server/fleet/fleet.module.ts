import { Module } from '@nestjs/common';
import { FleetOverview } from '../../engine/fleet-overview.ts';
import { ChangeFeed } from '../../engine/ports/change-feed.ts';
import { Clock } from '../../engine/ports/clock.ts';
import { FleetReader } from '../../engine/ports/fleet-reader.ts';
import { built } from '../built.ts';
import { FleetController } from './fleet.controller.ts';

@Module({
  controllers: [FleetController],
  providers: [built(FleetOverview, FleetReader, ChangeFeed, Clock)],
})
export class FleetModule {}
