import { Module } from '@nestjs/common';
import { hostname } from 'node:os';
import { ParityChecks } from '../../engine/parity-checks.ts';
import { ObservationStore } from '../../engine/ports/observation-store.ts';
import { RolloutStore } from '../../engine/ports/rollout-store.ts';
import { Targets } from '../../engine/ports/targets.ts';
import { built } from '../built.ts';
import { EngineMetrics } from '../metrics/engine-metrics.ts';
import { TargetsModule } from '../targets/targets.module.ts';
import { ParityGauges } from './parity-gauges.ts';
import { ParityController } from './parity.controller.ts';

@Module({
  imports: [TargetsModule],
  controllers: [ParityController],
  providers: [
    {
      provide: ParityChecks,
      useFactory: (rollouts: RolloutStore, targets: Targets) =>
        new ParityChecks(rollouts, targets, { name: `${hostname()}-${process.pid}-parity` }),
      inject: [RolloutStore, Targets],
    },
    built(ParityGauges, RolloutStore, ObservationStore, EngineMetrics),
  ],
})
export class ParityModule {}
