import { Module } from '@nestjs/common';
import { ScheduleModule, SchedulerRegistry } from '@nestjs/schedule';
import { hostname } from 'node:os';
import { UnleashFlagProvider } from '../../adapters/unleash/unleash-flag-provider.ts';
import { EffectExecutor, type FlagProviders } from '../../engine/effect-executor.ts';
import { FlagCollector } from '../../engine/flag-collector.ts';
import { Clock } from '../../engine/ports/clock.ts';
import { EventLog } from '../../engine/ports/event-log.ts';
import { FaultPoints } from '../../engine/ports/fault-points.ts';
import { FlagMirror } from '../../engine/ports/flag-mirror.ts';
import { FlagSwitch } from '../../engine/ports/flag-switch.ts';
import { Intake } from '../../engine/ports/intake.ts';
import { ObservationStore } from '../../engine/ports/observation-store.ts';
import { Outbox } from '../../engine/ports/outbox.ts';
import { RolloutStore } from '../../engine/ports/rollout-store.ts';
import { Targets } from '../../engine/ports/targets.ts';
import { Reconciler } from '../../engine/reconciler.ts';
import { Rollouts } from '../../engine/rollouts.ts';
import { TargetCollector } from '../../engine/target-collector.ts';
import { TargetWorkers } from '../../engine/target-workers.ts';
import { Config } from '../config.ts';
import { TargetsModule } from '../targets/targets.module.ts';
import { Heart, HeartParts } from './heart.ts';
import { Pulse } from './pulse.ts';

const flagProviders = Symbol('FlagProviders');
const workerName = `${hostname()}-${process.pid}`;

/** The engine's plain classes, put together. */
@Module({
  imports: [ScheduleModule.forRoot(), TargetsModule],
  providers: [
    Pulse,
    {
      provide: flagProviders,
      useFactory: (own: FlagSwitch, config: Config): FlagProviders => ({
        crossfade: own,
        ...(config.unleash === undefined
          ? {}
          : { unleash: new UnleashFlagProvider(config.unleash) }),
      }),
      inject: [FlagSwitch, Config],
    },
    {
      provide: Reconciler,
      useFactory: (
        rollouts: RolloutStore,
        observations: ObservationStore,
        faults: FaultPoints,
        events: EventLog,
        config: Config,
      ) =>
        new Reconciler(rollouts, observations, faults, events, {
          name: workerName,
          leaseMs: config.leaseMs,
        }),
      inject: [RolloutStore, ObservationStore, FaultPoints, EventLog, Config],
    },
    {
      provide: EffectExecutor,
      useFactory: (
        outbox: Outbox,
        flags: FlagProviders,
        targets: Targets,
        faults: FaultPoints,
        events: EventLog,
      ) => new EffectExecutor(outbox, flags, targets, faults, events),
      inject: [Outbox, flagProviders, Targets, FaultPoints, EventLog],
    },
    {
      provide: TargetCollector,
      useFactory: (
        rollouts: RolloutStore,
        observations: ObservationStore,
        targets: Targets,
        clock: Clock,
      ) => new TargetCollector(rollouts, observations, targets, clock),
      inject: [RolloutStore, ObservationStore, Targets, Clock],
    },
    {
      provide: FlagCollector,
      useFactory: (
        rollouts: RolloutStore,
        flags: FlagProviders,
        mirror: FlagMirror,
        events: EventLog,
      ) => new FlagCollector(rollouts, flags, mirror, events),
      inject: [RolloutStore, flagProviders, FlagMirror, EventLog],
    },
    {
      provide: TargetWorkers,
      useFactory: (rollouts: RolloutStore, targets: Targets, events: EventLog) =>
        new TargetWorkers(rollouts, targets, events, workerName),
      inject: [RolloutStore, Targets, EventLog],
    },
    {
      provide: Rollouts,
      useFactory: (
        rollouts: RolloutStore,
        observations: ObservationStore,
        intake: Intake,
        clock: Clock,
      ) => new Rollouts(rollouts, observations, intake, clock),
      inject: [RolloutStore, ObservationStore, Intake, Clock],
    },
    {
      provide: HeartParts,
      useFactory: (
        config: Config,
        rollouts: RolloutStore,
        intake: Intake,
        reconciler: Reconciler,
        executor: EffectExecutor,
        targets: TargetCollector,
        flags: FlagCollector,
        workers: TargetWorkers,
      ) =>
        new HeartParts({ config, rollouts, intake, reconciler, executor, targets, flags, workers }),
      inject: [
        Config,
        RolloutStore,
        Intake,
        Reconciler,
        EffectExecutor,
        TargetCollector,
        FlagCollector,
        TargetWorkers,
      ],
    },
    {
      provide: Heart,
      useFactory: (
        parts: HeartParts,
        registry: SchedulerRegistry,
        events: EventLog,
        pulse: Pulse,
      ) => new Heart(parts, registry, events, pulse),
      inject: [HeartParts, SchedulerRegistry, EventLog, Pulse],
    },
  ],
  exports: [Pulse, Rollouts],
})
export class EngineModule {}
