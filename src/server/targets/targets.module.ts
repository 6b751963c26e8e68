import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { BackupDirectory } from '../../adapters/backup-files/backup-directory.ts';
import { KillPoint, NoFaults } from '../../adapters/system/kill-points.ts';
import { openTargetPostgres } from '../../adapters/target-postgres/open-target-postgres.ts';
import { BackupUpkeep } from '../../engine/backup-upkeep.ts';
import { BackupFiles } from '../../engine/ports/backup-files.ts';
import { DocumentStore } from '../../engine/ports/document-store.ts';
import { FaultPoints } from '../../engine/ports/fault-points.ts';
import { RolloutStore } from '../../engine/ports/rollout-store.ts';
import type { TargetDatabase } from '../../engine/ports/target-database.ts';
import { Targets } from '../../engine/ports/targets.ts';
import { ProtectionNotes } from '../../engine/protection-notes.ts';
import { OpenTargets } from '../../engine/open-targets.ts';
import { TargetInspection } from '../../engine/target-inspection.ts';
import { BoundTables } from '../../engine/bound-tables.ts';
import { UnitTables } from '../../engine/unit-tables.ts';
import { Config } from '../config.ts';
import { targetSpec, targetUrl } from './target-url.ts';

/** How a target is reached by its name. */
function connecting(documents: DocumentStore, config: Config) {
  return async (name: string): Promise<TargetDatabase> =>
    openTargetPostgres(await targetUrl(name, documents, (variable) => config.secret(variable)));
}

/** Whether migrations are carried out there by rollouts alone. Throws as `targetSpec`. */
async function isProtected(name: string, documents: DocumentStore): Promise<boolean> {
  return (await targetSpec(name, documents)).protected ?? false;
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
      provide: BackupFiles,
      useFactory: (config: Config) => new BackupDirectory(config.backupDir),
      inject: [Config],
    },
    {
      provide: Targets,
      useFactory: (
        documents: DocumentStore,
        faults: FaultPoints,
        files: BackupFiles,
        config: Config,
      ) =>
        new OpenTargets(
          async (name) => ({
            database: await connecting(documents, config)(name),
            isProtected: await isProtected(name, documents),
          }),
          faults,
          files,
        ),
      inject: [DocumentStore, FaultPoints, BackupFiles, Config],
    },
    {
      provide: TargetInspection,
      useFactory: (documents: DocumentStore, files: BackupFiles, config: Config) =>
        new TargetInspection(connecting(documents, config), files),
      inject: [DocumentStore, BackupFiles, Config],
    },
    {
      provide: UnitTables,
      useFactory: (documents: DocumentStore, config: Config) =>
        new UnitTables(connecting(documents, config)),
      inject: [DocumentStore, Config],
    },
    {
      provide: BoundTables,
      useFactory: (documents: DocumentStore, config: Config) =>
        new BoundTables(connecting(documents, config)),
      inject: [DocumentStore, Config],
    },
    {
      provide: ProtectionNotes,
      useFactory: (documents: DocumentStore, targets: Targets) =>
        new ProtectionNotes(documents, targets, (name) => isProtected(name, documents)),
      inject: [DocumentStore, Targets],
    },
    {
      provide: BackupUpkeep,
      useFactory: (
        documents: DocumentStore,
        rollouts: RolloutStore,
        files: BackupFiles,
        config: Config,
      ) => new BackupUpkeep(connecting(documents, config), documents, rollouts, files),
      inject: [DocumentStore, RolloutStore, BackupFiles, Config],
    },
  ],
  exports: [
    FaultPoints,
    Targets,
    TargetInspection,
    UnitTables,
    BoundTables,
    ProtectionNotes,
    BackupUpkeep,
  ],
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
