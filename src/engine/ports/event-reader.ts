import type { Alert } from '../../core/alerts/alert.ts';
import type { AlertRule } from '../../core/alerts/alert-rule.ts';
import type { AlertDecision } from '../../core/protocol/alert-list.ts';
import type { CommandView } from '../../core/protocol/command-view.ts';
import type { EventQuery } from '../../core/protocol/rollout-event.ts';
import type { StoredDecision } from './rollout-store.ts';

/** An alert as it is kept, with what it led to in the rollout that is asked about. */
export interface KeptAlert extends Pick<
  Alert,
  'source' | 'fingerprint' | 'labels' | 'summary' | 'link' | 'startsAt' | 'isPartial'
> {
  readonly id: string;
  readonly did: readonly Pick<AlertDecision, 'seq' | 'at' | 'action'>[];
}

/** Something that happened to a rollout, as it is kept. `at`: epoch milliseconds by Crossfade's clock. */
export type KeptEvent = { readonly at: number } & (
  | { readonly kind: 'decision'; readonly decision: StoredDecision }
  | { readonly kind: 'command'; readonly command: CommandView }
  | { readonly kind: 'alert'; readonly isOver: boolean; readonly alert: KeptAlert }
);

/** Whose events are asked for. */
export interface EventsOf {
  readonly rollout: string;
  /** Alerts are its business while it lives, and where one of these is about them. */
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly rules: readonly AlertRule[];
}

/** Reads what happened to a rollout out of all the places where it is kept. */
export abstract class EventReader {
  /** The last `limit` of the span, newest first, and as many more as happened at the same moment as the last of them. */
  abstract read(of: EventsOf, query: EventQuery): Promise<readonly KeptEvent[]>;
}
