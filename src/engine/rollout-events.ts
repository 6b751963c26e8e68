import { alertName } from '../core/alerts/alert.ts';
import { actionOn, type AlertRule, rulesOf } from '../core/alerts/alert-rule.ts';
import type { EventQuery, RolloutEvent, RolloutEventPage } from '../core/protocol/rollout-event.ts';
import type { DecisionView } from '../core/protocol/rollout-view.ts';
import type { EventReader, KeptAlert, KeptEvent } from './ports/event-reader.ts';
import type { RolloutStore, StoredDecision } from './ports/rollout-store.ts';

/** All that happened to a rollout in one line of time: decisions, what people asked for, and alerts. */
export class RolloutEvents {
  readonly #store: RolloutStore;
  readonly #reader: EventReader;

  constructor(store: RolloutStore, reader: EventReader) {
    this.#store = store;
    this.#reader = reader;
  }

  /** Throws `notFound`. */
  async page(name: string, query: EventQuery): Promise<RolloutEventPage> {
    const { rollout, policy } = await this.#store.named(name);
    const { id, startedAt, endedAt } = rollout;
    const rules = rulesOf(policy);
    const of = { rollout: id, startedAt, endedAt, rules };
    const found = await this.#reader.read(of, query);
    const first = found.at(-1)?.at;
    return {
      events: found.map((one) => eventOf(one, rules)).toReversed(),
      hasEarlier:
        first !== undefined &&
        found.length >= query.limit &&
        (await this.#reader.read(of, { ...query, until: first - 1, limit: 1 })).length > 0,
    };
  }
}

/** A decision as people look at it. */
export function decisionView({
  measurements,
  version: _version,
  ...rest
}: StoredDecision): DecisionView {
  return { ...rest, guards: measurements };
}

function eventOf(kept: KeptEvent, rules: readonly AlertRule[]): RolloutEvent {
  const { at } = kept;
  switch (kept.kind) {
    case 'decision': {
      const decision = decisionView(kept.decision);
      return { kind: 'decision', id: `decision-${decision.seq}`, at, decision };
    }
    case 'command':
      return { kind: 'command', id: `command-${kept.command.id}`, at, command: kept.command };
    case 'alert': {
      const { alert, isOver } = kept;
      const id = `alert-${alert.id}${isOver ? '-over' : ''}`;
      return { kind: 'alert', id, at, isOver, alert: alertOf(alert, rules) };
    }
  }
}

function alertOf({ fingerprint, isPartial, ...alert }: KeptAlert, rules: readonly AlertRule[]) {
  const { labels } = alert;
  return {
    ...alert,
    name: alertName({ labels, fingerprint }),
    action: actionOn(rules, { labels, isPartial }) ?? ('notify' as const),
  };
}
