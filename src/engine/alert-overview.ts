import type { AlertList } from '../core/protocol/alert-list.ts';
import { alertConcerns } from '../core/rollout/alert-concerns.ts';
import { isTerminal } from '../core/rollout/phase.ts';
import type { AlertInbox } from './ports/alert-inbox.ts';
import type { Clock } from './ports/clock.ts';
import type { RolloutStore } from './ports/rollout-store.ts';

/** More alerts than this are not shown at once. */
const shown = 200;

/** What was told of, whom it concerns, and what it has led to. */
export class AlertOverview {
  readonly #inbox: AlertInbox;
  readonly #rollouts: RolloutStore;
  readonly #clock: Clock;

  constructor(inbox: AlertInbox, rollouts: RolloutStore, clock: Clock) {
    this.#inbox = inbox;
    this.#rollouts = rollouts;
    this.#clock = clock;
  }

  /** The alerts heard of last, or those of them that fire. */
  async list(onlyFiring: boolean): Promise<AlertList> {
    const [alerts, active, now] = await Promise.all([
      this.#inbox.recent(shown, onlyFiring),
      this.#rollouts.active(),
      this.#clock.now(),
    ]);
    const living = active.filter(({ rollout }) => !isTerminal(rollout.phase));
    const decisions = await this.#rollouts.causedBy(alerts.map(({ id }) => id));
    return {
      alerts: alerts.map((alert) => ({
        ...alert,
        concerns: alertConcerns(alert, living, decisions),
      })),
      now,
    };
  }
}
