import type {
  AlertEvent,
  CommandEvent,
  DecisionEvent,
  RolloutEvent,
} from '../../core/protocol/rollout-event.ts';
import type { DecisionView } from '../../core/protocol/rollout-view.ts';
import type { IconName } from '../design/icon.tsx';
import type { Tone } from '../design/tone.ts';

/** How an entry of the timeline looks: icon and word say the same as the colour. */
export interface EventLook {
  readonly icon: IconName;
  readonly tone: Tone;
  readonly word: string;
}

const decisions: Readonly<Record<DecisionView['action'], Omit<EventLook, 'word'>>> = {
  start: { icon: 'play', tone: 'accent' },
  advance: { icon: 'play', tone: 'accent' },
  complete: { icon: 'check', tone: 'good' },
  approve: { icon: 'check', tone: 'good' },
  hold: { icon: 'hold', tone: 'warn' },
  extend: { icon: 'clock', tone: 'quiet' },
  pause: { icon: 'pause', tone: 'warn' },
  resume: { icon: 'play', tone: 'accent' },
  quarantine: { icon: 'person', tone: 'warn' },
  release: { icon: 'person', tone: 'accent' },
  override: { icon: 'warn', tone: 'warn' },
  dismiss: { icon: 'bell', tone: 'quiet' },
  drill: { icon: 'back', tone: 'accent' },
  rebase: { icon: 'person', tone: 'accent' },
  rollback: { icon: 'back', tone: 'bad' },
  freeze: { icon: 'freeze', tone: 'bad' },
  unfreeze: { icon: 'freeze', tone: 'accent' },
  abort: { icon: 'cross', tone: 'bad' },
  supersede: { icon: 'cross', tone: 'quiet' },
};

export function eventLook(event: RolloutEvent): EventLook {
  switch (event.kind) {
    case 'decision':
      return decisionLook(event);
    case 'command':
      return commandLook(event);
    case 'alert':
      return alertLook(event);
  }
}

function decisionLook({ decision: { action } }: DecisionEvent): EventLook {
  return { ...decisions[action], word: action };
}

function commandLook({ command: { answer } }: CommandEvent): EventLook {
  if (answer === null) return { icon: 'clock', tone: 'warn', word: 'asked' };
  return answer.accepted
    ? { icon: 'person', tone: 'quiet', word: 'asked' }
    : { icon: 'cross', tone: 'bad', word: 'refused' };
}

function alertLook({ isOver, alert }: AlertEvent): EventLook {
  if (isOver) return { icon: 'check', tone: 'quiet', word: 'over' };
  return { icon: 'bell', tone: alert.action === 'notify' ? 'quiet' : 'bad', word: 'fires' };
}

/** What became of a command; nothing where the answer says no more than that it was asked for. */
export function answerWords({ command: { answer, reason } }: CommandEvent): string {
  if (answer === null) return 'Not answered yet';
  if (!answer.accepted) return answer.reason;
  return answer.reason === '' || answer.reason === reason ? 'Done' : `Done: ${answer.reason}`;
}

const may: Readonly<Record<AlertEvent['alert']['action'], string>> = {
  rollback: 'may roll it back',
  hold: 'may hold it',
  notify: 'is shown only',
};

/** What an alert may cause by the policy. */
export function alertMay({ alert: { action } }: AlertEvent): string {
  return may[action];
}

/** Labels that its name and its look do not say already: `service=users severity=page`. */
export function labelWords({ alert: { labels, name } }: AlertEvent): readonly string[] {
  return Object.entries(labels)
    .filter(([key, value]) => key !== 'rollout_action' && value !== name)
    .map(([key, value]) => `${key}=${value}`);
}

/** The path of a rollout's page, at the entry: newest of those that are shown, and marked. */
export function entryPath(rollout: string, { id, at }: Pick<RolloutEvent, 'id' | 'at'>): string {
  return `/rollouts/${encodeURIComponent(rollout)}?until=${at}&entry=${encodeURIComponent(id)}`;
}
