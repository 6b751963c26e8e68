import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { KillPoint, NoFaults } from '../../adapters/system/kill-points.ts';
import { openTargetPostgres } from '../../adapters/target-postgres/open-target-postgres.ts';
import { DocumentStore } from '../../engine/ports/document-store.ts';
import { FaultPoints } from '../../engine/ports/fault-points.ts';
import type { TargetDatabase } from '../../engine/ports/target-database.ts';
import { Targets } from '../../engine/ports/targets.ts';
import { OpenTargets } from '../../engine/open-targets.ts';
import { TargetInspection } from '../../engine/target-inspection.ts';
import { Config } from '../config.ts';
import { targetSpec, targetUrl } from './target-url.ts';

/** How a target is reached by its name. */
function connecting(documents: DocumentStore, config: Config) {
  return async (name: string): Promise<TargetDatabase> =>
    openTargetPostgres(await targetUrl(name, documents, (variable) => config.secret(variable)));
}

/** The databases that schema migrations run on. */
@Module({
  providers: [
    {
      provide: FaultPoints,
      useFactory: (config: Config) =>
        config.killAt === undefined ? new NoFaults() : new KillPoint(config.killAt),
      inject: [Config],
    },
    {
      provide: Targets,
      useFactory: (documents: DocumentStore, faults: FaultPoints, config: Config) =>
        new OpenTargets(async (name) => {
          const database = await connecting(documents, config)(name);
          const { protected: isProtected = false } = await targetSpec(name, documents);
          return { database, isProtected };
        }, faults),
      inject: [DocumentStore, FaultPoints, Config],
    },
    {
      provide: TargetInspection,
      useFactory: (documents: DocumentStore, config: Config) =>
        new TargetInspection(connecting(documents, config)),
      inject: [DocumentStore, Config],
    },
  ],
  exports: [FaultPoints, Targets, TargetInspection],
})
export class TargetsModule implements OnApplicationShutdown {
  private readonly targets: Targets;

  constructor(@Inject(Targets) targets: Targets) {
    this.targets = targets;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.targets.close();
  }
}
