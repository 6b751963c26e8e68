import { Module } from '@nestjs/common';
import { hostname } from 'node:os';
import { RolloutStore } from '../../engine/ports/rollout-store.ts';
import { Targets } from '../../engine/ports/targets.ts';
import { Restores } from '../../engine/restores.ts';
import { TargetsModule } from '../targets/targets.module.ts';
import { RestoresController } from './restores.controller.ts';

@Module({
  imports: [TargetsModule],
  controllers: [RestoresController],
  providers: [
    {
      provide: Restores,
      useFactory: (rollouts: RolloutStore, targets: Targets) =>
        new Restores(rollouts, targets, { name: `${hostname()}-${process.pid}-restore` }),
      inject: [RolloutStore, Targets],
    },
  ],
})
export class RestoresModule {}
