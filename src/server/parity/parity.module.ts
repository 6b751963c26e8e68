import { Module } from '@nestjs/common';
import { hostname } from 'node:os';
import { ParityChecks } from '../../engine/parity-checks.ts';
import { RolloutStore } from '../../engine/ports/rollout-store.ts';
import { Targets } from '../../engine/ports/targets.ts';
import { TargetsModule } from '../targets/targets.module.ts';
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
  ],
})
export class ParityModule {}
