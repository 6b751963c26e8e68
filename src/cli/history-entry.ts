import type { EventKind, RolloutEvent } from '../core/protocol/rollout-event.ts';

/** Something that happened to a rollout, as a line of its history. */
export interface HistoryEntry {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly kind: EventKind;
  /** `crossfade`, a person, or the system that told of an alert. */
  readonly by: string;
  readonly what: string;
  readonly why: string;
  /** What it can be looked up by: the number of a decision, the id of a command or an alert. */
  readonly id: string;
}

export function historyEntry(event: RolloutEvent): HistoryEntry {
  const { kind, at } = event;
  switch (event.kind) {
    case 'decision': {
      const { by, action, step, reason, seq } = event.decision;
      const what = step === '' ? action : `${action}  ${step}`;
      return { at, kind, by, what, why: reason, id: String(seq) };
    }
    case 'command': {
      const { by, verb, id } = event.command;
      return { at, kind, by, what: `asks for ${verb}`, why: askedWhy(event.command), id };
    }
    case 'alert': {
      const { id, name, source, summary } = event.alert;
      const what = `${name} ${event.isOver ? 'is over' : 'fires'}`;
      return { at, kind, by: source, what, why: event.isOver ? '' : summary, id };
    }
  }
}

function askedWhy({
  reason,
  answer,
}: Extract<RolloutEvent, { kind: 'command' }>['command']): string {
  const refused = answer?.accepted === false ? `refused: ${answer.reason}` : null;
  const open = answer === null ? 'not answered yet' : null;
  return [reason, refused, open].filter((words) => words !== null && words !== '').join('; ');
}
