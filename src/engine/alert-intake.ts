import type { Alert } from '../core/alerts/alert.ts';
import { actionOn, rulesOf } from '../core/alerts/alert-rule.ts';
import type { AlertInbox } from './ports/alert-inbox.ts';
import type { EventLog } from './ports/event-log.ts';
import type { RolloutStore } from './ports/rollout-store.ts';

/** What became of a notification. */
export interface TakenAlerts {
  readonly taken: number;
  readonly refused: number;
  /** Policies with a living rollout that a firing alert concerns. */
  readonly concerns: readonly string[];
}

/** Writes notifications down first; then whoever is concerned is looked at in the next tick. */
export class AlertIntake {
  readonly #inbox: AlertInbox;
  readonly #rollouts: RolloutStore;
  readonly #events: EventLog;

  constructor(inbox: AlertInbox, rollouts: RolloutStore, events: EventLog) {
    this.#inbox = inbox;
    this.#rollouts = rollouts;
    this.#events = events;
  }

  async take(alerts: readonly Alert[], refused: number): Promise<TakenAlerts> {
    await this.#inbox.take(alerts);
    const firing = alerts.filter(({ status }) => status === 'firing');
    const concerns = firing.length === 0 ? [] : await this.#concerned(firing);
    if (concerns.length > 0) await this.#rollouts.wake(concerns);
    this.#events.write({ kind: 'alerts', taken: alerts.length, refused, concerns });
    return { taken: alerts.length, refused, concerns };
  }

  /** Grows with the rollouts that live, and not with those that ended. */
  async #concerned(firing: readonly Alert[]): Promise<readonly string[]> {
    const living = await this.#rollouts.active();
    const concerned = living.filter(({ policy }) => {
      const rules = rulesOf(policy);
      return firing.some((alert) => actionOn(rules, alert) !== null);
    });
    return [...new Set(concerned.map(({ policy }) => policy.name))];
  }
}
