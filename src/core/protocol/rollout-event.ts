import type { AlertSource } from '../alerts/alert.ts';
import type { FailAction } from '../policy/guard.ts';
import type { AlertDecision } from './alert-list.ts';
import type { CommandView } from './command-view.ts';
import type { DecisionView } from './rollout-view.ts';

export const eventKinds = ['decision', 'command', 'alert'] as const;

export type EventKind = (typeof eventKinds)[number];

/** Where something stands among all that happened to a rollout. */
interface Placed {
  /** Names it within the rollout, such as `decision-12`: a link to it stays good. */
  readonly id: string;
  /** When Crossfade learned of it, in epoch milliseconds. */
  readonly at: number;
}

export interface DecisionEvent extends Placed {
  readonly kind: 'decision';
  readonly decision: DecisionView;
}

/** What a person asked for, whether or not it was obeyed. */
export interface CommandEvent extends Placed {
  readonly kind: 'command';
  readonly command: CommandView;
}

/** An alert that the policy has a rule for began to fire, or is over. */
export interface AlertEvent extends Placed {
  readonly kind: 'alert';
  readonly alert: AlertInTimeline;
  readonly isOver: boolean;
}

export interface AlertInTimeline {
  readonly id: string;
  readonly name: string;
  readonly source: AlertSource;
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly link: string | null;
  /** Since when it fires by its sender's clock, in epoch milliseconds; null where the sender did not say. */
  readonly startsAt: number | null;
  /** What the policy lets it cause at the most. */
  readonly action: FailAction;
  /** What it led to in this rollout, oldest first. */
  readonly did: readonly Pick<AlertDecision, 'seq' | 'at' | 'action'>[];
}

export type RolloutEvent = DecisionEvent | CommandEvent | AlertEvent;

/** The last events of a span of time, oldest first. What happened at one moment is never on two pages. */
export interface RolloutEventPage {
  readonly events: readonly RolloutEvent[];
  /** There are earlier ones in that span. */
  readonly hasEarlier: boolean;
}

/** What `GET /api/v1/rollouts/:name/events` is asked for. Both ends are epoch milliseconds, and belong to it. */
export interface EventQuery {
  readonly kinds: readonly EventKind[];
  readonly since: number;
  readonly until: number;
  /** A page holds so many, and as many more as happened at the same moment as its first. */
  readonly limit: number;
}
