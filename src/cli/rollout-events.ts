import { alertName } from '../core/alerts/alert.ts';
import type { ListedAlert } from '../core/protocol/alert-list.ts';
import type { CommandView } from '../core/protocol/command-view.ts';
import type { DecisionView } from '../core/protocol/rollout-view.ts';

/** Something that happened to a rollout. */
export interface RolloutEvent {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly kind: 'decision' | 'command' | 'alert';
  /** `crossfade`, a person, or the system that told of an alert. */
  readonly by: string;
  readonly what: string;
  readonly why: string;
  /** What it can be looked up by: the number of a decision, the id of a command or an alert. */
  readonly id: string;
}

/** All that happened to a rollout, oldest first. What happened at one moment stands in the order of its causes. */
export function rolloutEvents(
  rollout: string,
  told: {
    readonly decisions: readonly DecisionView[];
    readonly commands: readonly CommandView[];
    readonly alerts: readonly ListedAlert[];
  },
): readonly RolloutEvent[] {
  const concerning = told.alerts.filter(({ concerns }) =>
    concerns.some((concern) => concern.rollout === rollout),
  );
  const events = [
    ...concerning.flatMap(alertEvents),
    ...told.commands.map(commandEvent),
    ...told.decisions.map(decisionEvent),
  ];
  return events.toSorted((a, b) => a.at - b.at);
}

function decisionEvent({ at, by, action, step, reason, seq }: DecisionView): RolloutEvent {
  const what = step === '' ? action : `${action}  ${step}`;
  return { at, kind: 'decision', by, what, why: reason, id: String(seq) };
}

function commandEvent({ at, by, verb, reason, answer, id }: CommandView): RolloutEvent {
  const refused = answer?.accepted === false ? `refused: ${answer.reason}` : null;
  const open = answer === null ? 'not answered yet' : null;
  const why = [reason, refused, open].filter((words) => words !== null && words !== '');
  return { at, kind: 'command', by, what: `asks for ${verb}`, why: why.join('; '), id };
}

function alertEvents(alert: ListedAlert): readonly RolloutEvent[] {
  const { id, source, summary, startsAt, heardAt, resolvedAt } = alert;
  const name = alertName(alert);
  const base = { kind: 'alert', by: source, id } as const;
  const fires = { ...base, at: startsAt ?? heardAt, what: `${name} fires`, why: summary };
  if (resolvedAt === null) return [fires];
  return [fires, { ...base, at: resolvedAt, what: `${name} is over`, why: '' }];
}
