import { Module } from '@nestjs/common';
import { hostname } from 'node:os';
import { Cleanups } from '../../engine/cleanups.ts';
import { RolloutStore } from '../../engine/ports/rollout-store.ts';
import { Targets } from '../../engine/ports/targets.ts';
import { Rollouts } from '../../engine/rollouts.ts';
import { EngineModule } from '../engine/engine.module.ts';
import { TargetsModule } from '../targets/targets.module.ts';
import { CleanupsController } from './cleanups.controller.ts';

@Module({
  imports: [EngineModule, TargetsModule],
  controllers: [CleanupsController],
  providers: [
    {
      provide: Cleanups,
      useFactory: (store: RolloutStore, rollouts: Rollouts, targets: Targets) =>
        new Cleanups(store, rollouts, targets, { name: `${hostname()}-${process.pid}-cleanup` }),
      inject: [RolloutStore, Rollouts, Targets],
    },
  ],
})
export class CleanupsModule {}
