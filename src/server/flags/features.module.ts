import { Module } from '@nestjs/common';
import { ClientTokensController } from './client-tokens.controller.ts';
import { FeaturesController } from './features.controller.ts';
import { AuditLog } from '../../engine/ports/audit-log.ts';
import { built } from '../built.ts';
import { FlagActs } from './flag-acts.ts';
import { FeaturesService } from './features.service.ts';
import { PlacesController } from './places.controller.ts';
import { SegmentsController } from './segments.controller.ts';

/** People's side of the flags that no rollout owns. */
@Module({
  controllers: [FeaturesController, SegmentsController, PlacesController, ClientTokensController],
  providers: [FeaturesService, built(FlagActs, AuditLog)],
  exports: [FlagActs],
})
export class FeaturesModule {}
