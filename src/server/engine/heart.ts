import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { SchedulerRegistry } from '@nestjs/schedule';
import type { EffectExecutor } from '../../engine/effect-executor.ts';
import type { FlagCollector } from '../../engine/flag-collector.ts';
import type { EventLog } from '../../engine/ports/event-log.ts';
import type { Intake } from '../../engine/ports/intake.ts';
import type { RolloutStore } from '../../engine/ports/rollout-store.ts';
import type { Reconciler } from '../../engine/reconciler.ts';
import type { TargetCollector } from '../../engine/target-collector.ts';
import type { TargetWorkers } from '../../engine/target-workers.ts';
import type { Config } from '../config.ts';
import { Beat } from './beat.ts';
import type { Pulse } from './pulse.ts';

/** How often targets and foreign flags are looked at, and work is looked for. Milliseconds. */
const targetsEveryMs = 500;
const flagsEveryMs = 1_000;
const workEveryMs = 100;
const forgetEveryMs = 60_000;

/** Raw evidence is kept for a day, so that a verdict can be looked into. Milliseconds. */
const keepEvidenceMs = 86_400_000;

/** Everything that runs periodically. A beat that is still under way is never started twice. */
export class Heart implements OnModuleInit, OnApplicationShutdown {
  private readonly beats: readonly Beat[];
  private readonly registry: SchedulerRegistry;
  private readonly workers: TargetWorkers;

  constructor(parts: HeartParts, registry: SchedulerRegistry, events: EventLog, pulse: Pulse) {
    this.registry = registry;
    this.workers = parts.workers;
    const tick = new Beat('tick', parts.config.tickMs, events, async () => {
      // What was decided is done at once, beside the next tick: deciding waits for no system.
      if ((await parts.reconciler.tick()) > 0) effects.hurry();
    });
    const effects = new Beat('effects', parts.config.tickMs, events, async () => {
      if ((await parts.executor.run()) === 0) return;
      flags.hurry();
      tick.hurry();
    });
    const targets = new Beat('targets', targetsEveryMs, events, async () => {
      const changed = await parts.targets.collect();
      await parts.rollouts.wake(changed);
      if (changed.length > 0) tick.hurry();
    });
    const flags = new Beat('flags', flagsEveryMs, events, () => parts.flags.collect());
    const work = new Beat('work', workEveryMs, events, async () => {
      if (await parts.workers.work()) targets.hurry();
    });
    const forget = new Beat('forget', forgetEveryMs, events, () =>
      parts.intake.forget(keepEvidenceMs),
    );
    this.beats = [tick, effects, targets, flags, work, forget];
    pulse.onHurry(() => tick.hurry());
  }

  onModuleInit(): void {
    for (const beat of this.beats) this.registry.addInterval(beat.name, beat.start());
  }

  async onApplicationShutdown(): Promise<void> {
    this.workers.stop();
    await Promise.all(this.beats.map((beat) => beat.stop()));
  }
}

/** What the heart drives. */
export class HeartParts {
  readonly config: Config;
  readonly rollouts: RolloutStore;
  readonly intake: Intake;
  readonly reconciler: Reconciler;
  readonly executor: EffectExecutor;
  readonly targets: TargetCollector;
  readonly flags: FlagCollector;
  readonly workers: TargetWorkers;

  constructor(parts: HeartParts) {
    this.config = parts.config;
    this.rollouts = parts.rollouts;
    this.intake = parts.intake;
    this.reconciler = parts.reconciler;
    this.executor = parts.executor;
    this.targets = parts.targets;
    this.flags = parts.flags;
    this.workers = parts.workers;
  }
}
