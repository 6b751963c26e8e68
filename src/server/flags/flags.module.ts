import { Module } from '@nestjs/common';
import { EngineModule } from '../engine/engine.module.ts';
import { FeaturesModule } from './features.module.ts';
import { FlagsController } from './flags.controller.ts';
import { UnleashClientModule } from './unleash-client.module.ts';

/** Crossfade's own flag service: people look and switch, Unleash's clients listen. */
@Module({
  imports: [EngineModule, FeaturesModule, UnleashClientModule],
  controllers: [FlagsController],
})
export class FlagsModule {}
