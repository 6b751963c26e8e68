import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { KillPoint, NoFaults } from '../../adapters/system/kill-points.ts';
import { openTargetPostgres } from '../../adapters/target-postgres/open-target-postgres.ts';
import { DocumentStore } from '../../engine/ports/document-store.ts';
import { FaultPoints } from '../../engine/ports/fault-points.ts';
import { Targets } from '../../engine/ports/targets.ts';
import { OpenTargets } from '../../engine/open-targets.ts';
import { Config } from '../config.ts';
import { targetSpec, targetUrl } from './target-url.ts';

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
          const url = await targetUrl(name, documents, (variable) => config.secret(variable));
          const { protected: isProtected = false } = await targetSpec(name, documents);
          return { database: openTargetPostgres(url), isProtected };
        }, faults),
      inject: [DocumentStore, FaultPoints, Config],
    },
  ],
  exports: [FaultPoints, Targets],
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
