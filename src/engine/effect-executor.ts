import type { Effect } from '../core/rollout/effect.ts';
import { retryAfter } from '../core/rollout/retry-effect.ts';
import type { EventLog } from './ports/event-log.ts';
import type { FaultPoints } from './ports/fault-points.ts';
import type { FlagProvider } from './ports/flag-provider.ts';
import { NotAccepted, type Notifiers } from './ports/notifier.ts';
import type { Outbox, PendingEffect } from './ports/outbox.ts';
import type { Targets } from './ports/targets.ts';
import { effectSpan } from './spans.ts';

/** How long one effect may take before another worker may take it over. Milliseconds. */
const leaseMs = 5_000;

/** Flag systems by the name that policies use. */
export type FlagProviders = Readonly<Record<string, FlagProvider>>;

/** Everything outside that a decision can act on. */
export interface EffectSystems {
  readonly flags: FlagProviders;
  readonly targets: Targets;
  readonly notifiers: Notifiers;
}

/**
 * The only place where a decision becomes an act. Each act is idempotent; whether it arrived is
 * not believed but read back by the collectors, and asked for again until it is seen.
 */
export class EffectExecutor {
  readonly #outbox: Outbox;
  readonly #systems: EffectSystems;
  readonly #faultPoints: FaultPoints;
  readonly #events: EventLog;
  readonly #underWay = new Set<string>();

  constructor(outbox: Outbox, systems: EffectSystems, faultPoints: FaultPoints, events: EventLog) {
    this.#outbox = outbox;
    this.#systems = systems;
    this.#faultPoints = faultPoints;
    this.#events = events;
  }

  /** The systems that something waits to be performed on. */
  dueLanes(): Promise<readonly string[]> {
    return this.#outbox.dueLanes();
  }

  /**
   * Performs what is due in a lane, one effect after the other, and returns how many arrived at their
   * system. A lane may be run several times at once.
   */
  async run(lane: string): Promise<number> {
    let performed = 0;
    for (;;) {
      const pending = await this.#outbox.take(lane, leaseMs);
      if (pending === null) return performed;
      if (await this.#performOnce(pending)) performed += 1;
    }
  }

  /** An effect whose lease ended while we are still at it has just been taken for another lease. */
  async #performOnce(pending: PendingEffect): Promise<boolean> {
    const name = `${pending.rollout} ${pending.key}`;
    if (this.#underWay.has(name)) return false;
    this.#underWay.add(name);
    try {
      return await this.#perform(pending);
    } finally {
      this.#underWay.delete(name);
    }
  }

  async #perform(pending: PendingEffect): Promise<boolean> {
    const { rollout, key } = pending;
    try {
      this.#faultPoints.reached(`${pending.effect.kind}.beforeAct`);
      const act = (): Promise<void> => this.#act(pending, pending.effect);
      await this.#events.trace(effectSpan(pending), act);
      this.#faultPoints.reached(`${pending.effect.kind}.afterAct`);
      await this.#outbox.done(pending);
      this.#events.write({ kind: 'effect', rollout, key, error: null, isGivenUp: false });
      return true;
    } catch (fault) {
      const error = fault instanceof Error ? fault.message : String(fault);
      const isGivenUp = await this.#putBack(pending, fault, error);
      this.#events.write({ kind: 'effect', rollout, key, error, isGivenUp });
      return false;
    }
  }

  /** Whether it is never tried again. */
  async #putBack(pending: PendingEffect, fault: unknown, error: string): Promise<boolean> {
    const answer = fault instanceof NotAccepted ? fault : null;
    const askedMs = answer?.retryAfterMs ?? null;
    const retryAfterMs = retryAfter({ ...pending, now: pending.takenAt, askedMs });
    if (retryAfterMs === null) {
      await this.#outbox.abandon(pending, error);
      return true;
    }
    const isSetAside = answer?.isOfMessage ?? false;
    await this.#outbox.failed(pending, { error, retryAfterMs, isSetAside });
    return false;
  }

  async #act(pending: PendingEffect, effect: Effect): Promise<void> {
    const { flags, targets, notifiers } = this.#systems;
    switch (effect.kind) {
      case 'setRoute': {
        const provider = flags[pending.flagProvider];
        if (provider === undefined) throw new Error(`no flag provider ${pending.flagProvider}`);
        return provider.set({ name: effect.flag, ...effect.wanted, seen: effect.seen });
      }
      case 'writeRouteRow':
        return (await targets.open(pending.target)).writeRoute(effect.row);
      case 'ensureJob':
        return (await targets.open(pending.target)).ensureJob(effect.job);
      case 'revokeJob':
        return (await targets.open(pending.target)).revokeJob(effect.job, effect.upTo);
      case 'throttleJob':
        return (await targets.open(pending.target)).throttleJob(effect.job, effect.reason);
      case 'notify':
        return (await notifiers.open(pending.project, effect.recipient)).send(effect.notice);
    }
  }
}
