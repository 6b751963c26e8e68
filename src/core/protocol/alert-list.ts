import type { Alert } from '../alerts/alert.ts';
import type { Dismissal } from '../alerts/dismissal.ts';
import type { FailAction } from '../policy/guard.ts';
import type { Action } from '../rollout/transitions.ts';

/** An alert as people look it up. Times are epoch milliseconds. */
export interface StoredAlert extends Alert {
  /** Names this occurrence: 12 hexadecimal digits. */
  readonly id: string;
  readonly heardAt: number;
  readonly lastHeardAt: number;
  readonly resolvedAt: number | null;
  /** How often it was told of. */
  readonly told: number;
}

/** A decision that an alert led to. */
export interface AlertDecision {
  readonly alert: string;
  readonly rollout: string;
  readonly policy: string;
  readonly project: string;
  readonly seq: number;
  readonly at: number;
  readonly action: Action;
}

/** What an alert is to one rollout. */
export interface AlertConcern {
  readonly rollout: string;
  readonly policy: string;
  readonly project: string;
  /** What it causes as things are; null once it fires no more, and once the rollout has ended. */
  readonly action: FailAction | null;
  /** Who dismissed it for this rollout; absent when nobody did. */
  readonly dismissed?: Dismissal;
  /** What it has led to, oldest first. */
  readonly did: readonly Pick<AlertDecision, 'seq' | 'at' | 'action'>[];
}

/** An alert with the rollouts that it concerns, or has moved. */
export interface ListedAlert extends StoredAlert {
  readonly concerns: readonly AlertConcern[];
}

/** What `GET /api/v1/alerts` answers, the alert heard of last first. */
export interface AlertList {
  readonly alerts: readonly ListedAlert[];
  /** The server's clock when this was read. */
  readonly now: number;
}
