import { type DynamicModule, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { TokenStore } from '../engine/ports/token-store.ts';
import { AlertsModule } from './alerts/alerts.module.ts';
import { AuditModule } from './audit/audit.module.ts';
import { ensureTokenFiles } from './auth/token-files.ts';
import { TokenGuard } from './auth/token.guard.ts';
import { BackfillsModule } from './backfills/backfills.module.ts';
import { ChangesModule } from './changes/changes.module.ts';
import { CleanupsModule } from './cleanups/cleanups.module.ts';
import { CohortsModule } from './cohorts/cohorts.module.ts';
import { Config } from './config.ts';
import { ConfigModule } from './config.module.ts';
import { DecisionsModule } from './decisions/decisions.module.ts';
import { DoctorModule } from './doctor/doctor.module.ts';
import { DocumentsModule } from './documents/documents.module.ts';
import { FleetModule } from './fleet/fleet.module.ts';
import { FlagsModule } from './flags/flags.module.ts';
import { FollowModule } from './follow/follow.module.ts';
import { GatewayModule } from './gateway/gateway.module.ts';
import { HealthModule } from './health/health.module.ts';
import { InstancesModule } from './instances/instances.module.ts';
import { LimitGuard } from './limits/limit.guard.ts';
import { LimitsModule } from './limits/limits.module.ts';
import { MetricsModule } from './metrics/metrics.module.ts';
import { OfrepModule } from './ofrep/ofrep.module.ts';
import { OtlpModule } from './otlp/otlp.module.ts';
import { ParityModule } from './parity/parity.module.ts';
import { ProblemFilter } from './problem.filter.ts';
import { RehearsalsModule } from './rehearsals/rehearsals.module.ts';
import { RestoresModule } from './restores/restores.module.ts';
import { RolloutsModule } from './rollouts/rollouts.module.ts';
import { SchemaMigrationsModule } from './schema-migrations/schema-migrations.module.ts';
import { SdkModule } from './sdk/sdk.module.ts';
import { TargetChecksModule } from './target-checks/target-checks.module.ts';
import { StateModule } from './state/state.module.ts';
import { UiModule } from './ui/ui.module.ts';
import { TokensModule } from './tokens/tokens.module.ts';

/** The whole server. */
@Module({})
export class AppModule implements OnApplicationBootstrap {
  private readonly config: Config;
  private readonly tokens: TokenStore;

  constructor(config: Config, tokens: TokenStore) {
    this.config = config;
    this.tokens = tokens;
  }

  static of(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.of(config),
        MetricsModule,
        StateModule,
        LimitsModule,
        HealthModule,
        DoctorModule,
        DocumentsModule,
        RolloutsModule,
        AlertsModule,
        AuditModule,
        BackfillsModule,
        ChangesModule,
        CohortsModule,
        ParityModule,
        RestoresModule,
        CleanupsModule,
        DecisionsModule,
        SchemaMigrationsModule,
        TargetChecksModule,
        RehearsalsModule,
        SdkModule,
        GatewayModule,
        FlagsModule,
        FollowModule,
        FleetModule,
        InstancesModule,
        OfrepModule,
        OtlpModule,
        UiModule,
        TokensModule,
      ],
      providers: [
        // In this order: who asks is known before it is counted.
        { provide: APP_GUARD, useClass: TokenGuard },
        { provide: APP_GUARD, useClass: LimitGuard },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    };
  }

  async onApplicationBootstrap(): Promise<void> {
    await ensureTokenFiles(this.config.dataDir, this.tokens);
  }
}
