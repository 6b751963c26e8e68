import { Module } from '@nestjs/common';
import { Backfills } from '../../engine/backfills.ts';
import { ObservationStore } from '../../engine/ports/observation-store.ts';
import { RolloutStore } from '../../engine/ports/rollout-store.ts';
import { Targets } from '../../engine/ports/targets.ts';
import { built } from '../built.ts';
import { TargetsModule } from '../targets/targets.module.ts';
import { BackfillStreams } from './backfill-streams.ts';
import { BackfillsController } from './backfills.controller.ts';

/** As often as targets are looked at. Milliseconds. */
const lookMs = 500;

@Module({
  imports: [TargetsModule],
  controllers: [BackfillsController],
  providers: [
    built(Backfills, RolloutStore, ObservationStore, Targets),
    {
      provide: BackfillStreams,
      useFactory: (backfills: Backfills) => new BackfillStreams(backfills, lookMs),
      inject: [Backfills],
    },
  ],
})
export class BackfillsModule {}
