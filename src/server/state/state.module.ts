import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { startEmbeddedPostgres } from '../../adapters/embedded-postgres/embedded-postgres.ts';
import { openStateDatabase } from '../../adapters/postgres/data-source.ts';
import { PostgresAuditLog } from '../../adapters/postgres/postgres-audit-log.ts';
import { PostgresChangeFeed } from '../../adapters/postgres/postgres-change-feed.ts';
import { PostgresClock } from '../../adapters/postgres/postgres-clock.ts';
import { PostgresDocumentHistory } from '../../adapters/postgres/postgres-document-history.ts';
import { PostgresDocumentSets } from '../../adapters/postgres/postgres-document-sets.ts';
import { PostgresDocumentStore } from '../../adapters/postgres/postgres-document-store.ts';
import { PostgresEventReader } from '../../adapters/postgres/postgres-event-reader.ts';
import { PostgresFeatureStore } from '../../adapters/postgres/postgres-feature-store.ts';
import { PostgresFlagFeed } from '../../adapters/postgres/postgres-flag-feed.ts';
import { PostgresFlagMirror } from '../../adapters/postgres/postgres-flag-mirror.ts';
import { PostgresFlagProvider } from '../../adapters/postgres/postgres-flag-provider.ts';
import { PostgresInstanceRegistry } from '../../adapters/postgres/postgres-instance-registry.ts';
import { PostgresRivalReader } from '../../adapters/postgres/postgres-rival-reader.ts';
import { PostgresFleetReader } from '../../adapters/postgres/postgres-fleet-reader.ts';
import { PostgresFollowStore } from '../../adapters/postgres/postgres-follow-store.ts';
import { PostgresIntake } from '../../adapters/postgres/postgres-intake.ts';
import { PostgresObservationStore } from '../../adapters/postgres/postgres-observation-store.ts';
import { PostgresOutbox } from '../../adapters/postgres/postgres-outbox.ts';
import { PostgresPermitStore } from '../../adapters/postgres/postgres-permit-store.ts';
import { PostgresProjectDirectory } from '../../adapters/postgres/postgres-project-directory.ts';
import { PostgresReceivedStore } from '../../adapters/postgres/postgres-received-store.ts';
import { PostgresRolloutStore } from '../../adapters/postgres/postgres-rollout-store.ts';
import { PostgresTickLog } from '../../adapters/postgres/postgres-tick-log.ts';
import { PostgresTokenStore } from '../../adapters/postgres/postgres-token-store.ts';
import { CatalogRoutes } from '../../engine/catalog-routes.ts';
import { AlertInbox } from '../../engine/ports/alert-inbox.ts';
import { AuditLog } from '../../engine/ports/audit-log.ts';
import { ChangeFeed } from '../../engine/ports/change-feed.ts';
import { Clock } from '../../engine/ports/clock.ts';
import { DocumentHistory } from '../../engine/ports/document-history.ts';
import { DocumentSets } from '../../engine/ports/document-sets.ts';
import { DocumentStore } from '../../engine/ports/document-store.ts';
import { FeatureStore } from '../../engine/ports/feature-store.ts';
import { FlagFeed } from '../../engine/ports/flag-feed.ts';
import { FlagMirror } from '../../engine/ports/flag-mirror.ts';
import { FlagSwitch } from '../../engine/ports/flag-switch.ts';
import { EventLog } from '../../engine/ports/event-log.ts';
import { FollowStore } from '../../engine/ports/follow-store.ts';
import { EventReader } from '../../engine/ports/event-reader.ts';
import { RivalReader } from '../../engine/ports/rival-reader.ts';
import { FleetReader } from '../../engine/ports/fleet-reader.ts';
import { InstanceRegistry } from '../../engine/ports/instance-registry.ts';
import { Intake } from '../../engine/ports/intake.ts';
import { MetricStore } from '../../engine/ports/metric-store.ts';
import { ObservationStore } from '../../engine/ports/observation-store.ts';
import { Outbox } from '../../engine/ports/outbox.ts';
import { PermitStore } from '../../engine/ports/permit-store.ts';
import { ProjectDirectory } from '../../engine/ports/project-directory.ts';
import { ReceivedStore } from '../../engine/ports/received-store.ts';
import { RolloutStore } from '../../engine/ports/rollout-store.ts';
import { RouteFeed } from '../../engine/ports/route-feed.ts';
import { TickLog } from '../../engine/ports/tick-log.ts';
import { TokenStore } from '../../engine/ports/token-store.ts';
import { Config } from '../config.ts';

/** The state database: the one given, or an embedded server in the data directory. */
class StateDatabase {
  readonly url: string;
  readonly source: DataSource;
  readonly stop: () => Promise<void>;

  constructor(url: string, source: DataSource, stop: () => Promise<void>) {
    this.url = url;
    this.source = source;
    this.stop = stop;
  }

  static async open(config: Config): Promise<StateDatabase> {
    if (config.databaseUrl !== undefined) {
      const source = await openStateDatabase(config.databaseUrl);
      return new StateDatabase(config.databaseUrl, source, () => Promise.resolve());
    }
    const server = await startEmbeddedPostgres({
      dataDir: join(config.dataDir, 'postgres'),
      database: 'crossfade',
    });
    const source = await openStateDatabase(server.url);
    return new StateDatabase(server.url, source, () => server.stop());
  }
}

const onSource = <Port>(make: (source: DataSource) => Port) => ({
  useFactory: (database: StateDatabase): Port => make(database.source),
  inject: [StateDatabase],
});

/** Every port that Crossfade's own database stands behind. */
@Global()
@Module({
  providers: [
    {
      provide: StateDatabase,
      useFactory: (config: Config) => StateDatabase.open(config),
      inject: [Config],
    },
    {
      provide: AlertInbox,
      useFactory: ({ alerts }: ObservationStore) => alerts,
      inject: [ObservationStore],
    },
    { provide: AuditLog, ...onSource((source) => new PostgresAuditLog(source)) },
    { provide: Clock, ...onSource((source) => new PostgresClock(source)) },
    { provide: DocumentHistory, ...onSource((source) => new PostgresDocumentHistory(source)) },
    { provide: DocumentSets, ...onSource((source) => new PostgresDocumentSets(source)) },
    { provide: DocumentStore, ...onSource((source) => new PostgresDocumentStore(source)) },
    { provide: FeatureStore, ...onSource((source) => new PostgresFeatureStore(source)) },
    { provide: FlagSwitch, ...onSource((source) => new PostgresFlagProvider(source)) },
    { provide: FlagMirror, ...onSource((source) => new PostgresFlagMirror(source)) },
    { provide: EventReader, ...onSource((source) => new PostgresEventReader(source)) },
    { provide: RivalReader, ...onSource((source) => new PostgresRivalReader(source)) },
    { provide: FleetReader, ...onSource((source) => new PostgresFleetReader(source)) },
    { provide: FollowStore, ...onSource((source) => new PostgresFollowStore(source)) },
    { provide: InstanceRegistry, ...onSource((source) => new PostgresInstanceRegistry(source)) },
    { provide: Intake, ...onSource((source) => new PostgresIntake(source)) },
    { provide: ObservationStore, ...onSource((source) => new PostgresObservationStore(source)) },
    {
      provide: MetricStore,
      useFactory: ({ metrics }: ObservationStore) => metrics,
      inject: [ObservationStore],
    },
    { provide: ReceivedStore, ...onSource((source) => new PostgresReceivedStore(source)) },
    { provide: Outbox, ...onSource((source) => new PostgresOutbox(source)) },
    { provide: PermitStore, ...onSource((source) => new PostgresPermitStore(source)) },
    { provide: ProjectDirectory, ...onSource((source) => new PostgresProjectDirectory(source)) },
    { provide: RolloutStore, ...onSource((source) => new PostgresRolloutStore(source)) },
    { provide: TickLog, ...onSource((source) => new PostgresTickLog(source)) },
    { provide: TokenStore, ...onSource((source) => new PostgresTokenStore(source)) },
    {
      provide: FlagFeed,
      useFactory: async (database: StateDatabase, events: EventLog) => {
        const onNotice = (): void => events.write({ kind: 'notified' });
        const feed = new PostgresFlagFeed(database.source, database.url, { onNotice });
        await feed.open();
        return feed;
      },
      inject: [StateDatabase, EventLog],
    },
    {
      provide: ChangeFeed,
      useFactory: async ({ url }: StateDatabase) => {
        const feed = new PostgresChangeFeed(url);
        await feed.open();
        return feed;
      },
      inject: [StateDatabase],
    },
    {
      provide: RouteFeed,
      useFactory: (feed: FlagFeed) => new CatalogRoutes(feed),
      inject: [FlagFeed],
    },
  ],
  exports: [
    AlertInbox,
    AuditLog,
    ChangeFeed,
    Clock,
    DocumentHistory,
    DocumentSets,
    DocumentStore,
    FeatureStore,
    FlagFeed,
    FlagSwitch,
    FlagMirror,
    EventReader,
    FleetReader,
    FollowStore,
    RivalReader,
    InstanceRegistry,
    Intake,
    MetricStore,
    ObservationStore,
    Outbox,
    PermitStore,
    ProjectDirectory,
    ReceivedStore,
    RolloutStore,
    TickLog,
    TokenStore,
    RouteFeed,
  ],
})
export class StateModule implements OnApplicationShutdown {
  private readonly database: StateDatabase;
  private readonly feeds: readonly Pick<FlagFeed, 'close'>[];

  constructor(
    @Inject(StateDatabase) database: StateDatabase,
    flags: FlagFeed,
    changes: ChangeFeed,
  ) {
    this.database = database;
    this.feeds = [flags, changes];
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.feeds.map((feed) => feed.close()));
    await this.database.source.destroy();
    await this.database.stop();
  }
}
