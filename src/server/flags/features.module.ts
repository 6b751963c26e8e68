import { Module } from '@nestjs/common';
import { ClientTokensController } from './client-tokens.controller.ts';
import { FeaturesController } from './features.controller.ts';
import { FeaturesService } from './features.service.ts';
import { PlacesController } from './places.controller.ts';
import { SegmentsController } from './segments.controller.ts';

/** People's side of the flags that no rollout owns. */
@Module({
  controllers: [FeaturesController, SegmentsController, PlacesController, ClientTokensController],
  providers: [FeaturesService],
})
export class FeaturesModule {}
