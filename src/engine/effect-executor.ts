import type { Effect } from '../core/rollout/effect.ts';
import type { EventLog } from './ports/event-log.ts';
import type { FaultPoints } from './ports/fault-points.ts';
import type { FlagProvider } from './ports/flag-provider.ts';
import type { Outbox, PendingEffect } from './ports/outbox.ts';
import type { Targets } from './ports/targets.ts';

/** How long one effect may take before another worker may take it over. Milliseconds. */
const leaseMs = 5_000;
/** Effects performed at the same time. */
const lanes = 4;

const firstRetryMs = 200;
const longestRetryMs = 5_000;

/** Flag systems by the name that policies use. */
export type FlagProviders = Readonly<Record<string, FlagProvider>>;

/**
 * The only place where a decision becomes an act. Each act is idempotent; whether it arrived is
 * not believed but read back by the collectors, and asked for again until it is seen.
 */
export class EffectExecutor {
  readonly #outbox: Outbox;
  readonly #flags: FlagProviders;
  readonly #targets: Targets;
  readonly #faultPoints: FaultPoints;
  readonly #events: EventLog;

  constructor(
    outbox: Outbox,
    flags: FlagProviders,
    targets: Targets,
    faultPoints: FaultPoints,
    events: EventLog,
  ) {
    this.#outbox = outbox;
    this.#flags = flags;
    this.#targets = targets;
    this.#faultPoints = faultPoints;
    this.#events = events;
  }

  /**
   * Performs what is pending, several at a time: a target that does not answer must not keep the
   * routes of others waiting. Returns how many effects arrived at their system.
   */
  async run(): Promise<number> {
    const performed = await Promise.all(Array.from({ length: lanes }, () => this.#drain()));
    return performed.reduce((sum, count) => sum + count, 0);
  }

  async #drain(): Promise<number> {
    let performed = 0;
    for (;;) {
      const pending = await this.#outbox.take(leaseMs);
      if (pending === null) return performed;
      if (await this.#perform(pending)) performed += 1;
    }
  }

  async #perform(pending: PendingEffect): Promise<boolean> {
    const { rollout, key } = pending;
    try {
      this.#faultPoints.reached('effect.beforeAct');
      await this.#act(pending, pending.effect);
      this.#faultPoints.reached('effect.afterAct');
      await this.#outbox.done(pending);
      this.#events.write({ kind: 'effect', rollout, key, error: null });
      return true;
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      const wait = Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(pending.attempts, 10));
      await this.#outbox.failed(pending, words, wait);
      this.#events.write({ kind: 'effect', rollout, key, error: words });
      return false;
    }
  }

  async #act(pending: PendingEffect, effect: Effect): Promise<void> {
    switch (effect.kind) {
      case 'setRoute': {
        const provider = this.#flags[pending.flagProvider];
        if (provider === undefined) throw new Error(`no flag provider ${pending.flagProvider}`);
        return provider.set({ name: effect.flag, ...effect.wanted, seen: effect.seen });
      }
      case 'writeRouteRow':
        return (await this.#targets.open(pending.target)).writeRoute(effect.row);
      case 'ensureJob':
        return (await this.#targets.open(pending.target)).ensureJob(effect.job);
      case 'revokeJobs':
        return (await this.#targets.open(pending.target)).revoke(effect.rollout);
    }
  }
}
