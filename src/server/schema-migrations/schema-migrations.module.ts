import { Module } from '@nestjs/common';
import { hostname } from 'node:os';
import { RolloutStore } from '../../engine/ports/rollout-store.ts';
import { Targets } from '../../engine/ports/targets.ts';
import { DirectRuns } from '../../engine/schema-migration/direct-runs.ts';
import { DocumentsModule } from '../documents/documents.module.ts';
import { TargetsModule } from '../targets/targets.module.ts';
import { SchemaMigrationsController } from './schema-migrations.controller.ts';
import { SchemaMigrationsService } from './schema-migrations.service.ts';

@Module({
  imports: [DocumentsModule, TargetsModule],
  controllers: [SchemaMigrationsController],
  providers: [
    {
      provide: DirectRuns,
      useFactory: (rollouts: RolloutStore, targets: Targets) =>
        new DirectRuns(rollouts, targets, { name: `${hostname()}-${process.pid}-direct` }),
      inject: [RolloutStore, Targets],
    },
    SchemaMigrationsService,
  ],
})
export class SchemaMigrationsModule {}
