import { Module } from '@nestjs/common';
import { Cohorts } from '../../engine/cohorts.ts';
import { ObservationStore } from '../../engine/ports/observation-store.ts';
import { RolloutStore } from '../../engine/ports/rollout-store.ts';
import { UnitTables } from '../../engine/unit-tables.ts';
import { built } from '../built.ts';
import { DocumentsModule } from '../documents/documents.module.ts';
import { TargetsModule } from '../targets/targets.module.ts';
import { CohortsController } from './cohorts.controller.ts';

@Module({
  imports: [DocumentsModule, TargetsModule],
  controllers: [CohortsController],
  providers: [built(Cohorts, RolloutStore, ObservationStore, UnitTables)],
})
export class CohortsModule {}
