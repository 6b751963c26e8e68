import { Module } from '@nestjs/common';
import { ScheduleModule, SchedulerRegistry } from '@nestjs/schedule';
import { hostname } from 'node:os';
import { UnleashFlagProvider } from '../../adapters/unleash/unleash-flag-provider.ts';
import { BackupUpkeep } from '../../engine/backup-upkeep.ts';
import { ProtectionNotes } from '../../engine/protection-notes.ts';
import {
  EffectExecutor,
  type EffectSystems,
  type FlagProviders,
} from '../../engine/effect-executor.ts';
import { FlagCollector } from '../../engine/flag-collector.ts';
import { FollowerCollector } from '../../engine/follower-collector.ts';
import { MetricsCollector } from '../../engine/metrics-collector.ts';
import { ParityRounds } from '../../engine/parity-rounds.ts';
import { MirroredFlags } from '../../engine/mirrored-flags.ts';
import { Clock } from '../../engine/ports/clock.ts';
import { EventLog } from '../../engine/ports/event-log.ts';
import { FaultPoints } from '../../engine/ports/fault-points.ts';
import { FlagMirror } from '../../engine/ports/flag-mirror.ts';
import { FlagSwitch } from '../../engine/ports/flag-switch.ts';
import { InstanceRegistry } from '../../engine/ports/instance-registry.ts';
import { Intake } from '../../engine/ports/intake.ts';
import { MetricsProviders } from '../../engine/ports/metrics-provider.ts';
import { MetricStore } from '../../engine/ports/metric-store.ts';
import { Notifiers } from '../../engine/ports/notifier.ts';
import { ObservationStore } from '../../engine/ports/observation-store.ts';
import { Outbox } from '../../engine/ports/outbox.ts';
import { PermitStore } from '../../engine/ports/permit-store.ts';
import { ReceivedStore } from '../../engine/ports/received-store.ts';
import { RivalReader } from '../../engine/ports/rival-reader.ts';
import { RolloutStore } from '../../engine/ports/rollout-store.ts';
import { TickLog } from '../../engine/ports/tick-log.ts';
import { Targets } from '../../engine/ports/targets.ts';
import { TokenStore } from '../../engine/ports/token-store.ts';
import { Reconciler, type Worker } from '../../engine/reconciler.ts';
import { RolloutStarts } from '../../engine/rollout-starts.ts';
import { Rollouts } from '../../engine/rollouts.ts';
import { TargetCollector } from '../../engine/target-collector.ts';
import { BoundTables } from '../../engine/bound-tables.ts';
import { UnitTables } from '../../engine/unit-tables.ts';
import { TargetWorkers } from '../../engine/target-workers.ts';
import { built } from '../built.ts';
import { Config } from '../config.ts';
import { ProvidersModule } from '../providers/providers.module.ts';
import { TargetsModule } from '../targets/targets.module.ts';
import { AccessBeats } from './access-beats.ts';
import { ClientBeats } from './client-beats.ts';
import { Heart } from './heart.ts';
import { MetricsBeats } from './metrics-beats.ts';
import { ParityBeats } from './parity-beats.ts';
import { Pulse } from './pulse.ts';
import { RolloutBeats } from './rollout-beats.ts';
import { TargetBeats } from './target-beats.ts';
import { ProtectionBeats } from './protection-beats.ts';
import { UpkeepBeats } from './upkeep-beats.ts';

/** Every flag system, by the name that policies give it. */
export const flagProviders = Symbol('FlagProviders');
const effectSystems = Symbol('EffectSystems');
const worker = Symbol('Worker');

/** The engine's plain classes, put together, and the beats that drive them. */
@Module({
  imports: [ScheduleModule.forRoot(), TargetsModule, ProvidersModule],
  providers: [
    {
      provide: flagProviders,
      useFactory: (own: FlagSwitch, { unleash }: Config, mirror: FlagMirror): FlagProviders => ({
        crossfade: own,
        ...(unleash === undefined
          ? {}
          : { unleash: new MirroredFlags('unleash', new UnleashFlagProvider(unleash), mirror) }),
      }),
      inject: [FlagSwitch, Config, FlagMirror],
    },
    {
      provide: worker,
      useFactory: ({ leaseMs, storm: limits }: Config, rivals: RivalReader): Worker => ({
        name: `${hostname()}-${process.pid}`,
        leaseMs,
        storm: { rivals, limits },
      }),
      inject: [Config, RivalReader],
    },
    built(Reconciler, RolloutStore, ObservationStore, FaultPoints, EventLog, worker),
    {
      provide: effectSystems,
      useFactory: (
        flags: FlagProviders,
        targets: Targets,
        notifiers: Notifiers,
      ): EffectSystems => ({ flags, targets, notifiers }),
      inject: [flagProviders, Targets, Notifiers],
    },
    built(EffectExecutor, Outbox, effectSystems, FaultPoints, EventLog),
    built(TargetCollector, RolloutStore, ObservationStore, Targets, Clock, EventLog),
    built(FlagCollector, RolloutStore, flagProviders, FlagMirror, EventLog),
    built(FollowerCollector, RolloutStore, flagProviders, InstanceRegistry, EventLog),
    built(MetricsCollector, RolloutStore, MetricStore, MetricsProviders, Clock, ReceivedStore),
    built(TargetWorkers, Targets, worker),
    built(ParityRounds, RolloutStore, Targets),
    built(RolloutStarts, RolloutStore, ObservationStore, Clock, UnitTables, BoundTables),
    built(Rollouts, RolloutStore, ObservationStore, Intake, Clock, RolloutStarts),
    Pulse,
    built(Heart, SchedulerRegistry, EventLog, Pulse),
    built(RolloutBeats, Heart, Pulse, Reconciler, EffectExecutor, Config),
    built(TargetBeats, Heart, Pulse, RolloutStore, TargetCollector, TargetWorkers),
    built(MetricsBeats, Heart, Pulse, RolloutStore, MetricStore, MetricsCollector),
    built(ParityBeats, Heart, RolloutStore, ParityRounds),
    built(ClientBeats, Heart, FollowerCollector, InstanceRegistry),
    built(UpkeepBeats, Heart, FlagCollector, Intake, TickLog, BackupUpkeep),
    built(ProtectionBeats, Heart, ProtectionNotes),
    built(AccessBeats, Heart, PermitStore, TokenStore),
  ],
  exports: [Heart, Pulse, Rollouts, flagProviders],
})
export class EngineModule {}
