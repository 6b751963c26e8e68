import { Module } from '@nestjs/common';
import { RouteFeed } from '../../engine/ports/route-feed.ts';
import { built } from '../built.ts';
import { EngineModule } from '../engine/engine.module.ts';
import { RouteStreams } from './route-streams.ts';
import { SdkController } from './sdk.controller.ts';
import { SdkService } from './sdk.service.ts';

@Module({
  imports: [EngineModule],
  controllers: [SdkController],
  providers: [built(RouteStreams, RouteFeed), SdkService],
})
export class SdkModule {}
