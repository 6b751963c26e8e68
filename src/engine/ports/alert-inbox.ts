import type { Alert, FiringAlert } from '../../core/alerts/alert.ts';
import type { AlertRule } from '../../core/alerts/alert-rule.ts';
import type { StoredAlert } from '../../core/protocol/alert-list.ts';

/** What was told of, whether or not it concerns anybody: written down before it is answered. */
export abstract class AlertInbox {
  /**
   * Writes a notification down, all of it or nothing. An occurrence is one row however often and in whatever
   * order it is told of: what was resolved fires no more, and a newer occurrence ends those before it.
   * Returns how many were new or changed.
   */
  abstract take(alerts: readonly Alert[]): Promise<number>;

  /** The firing alerts that have all labels of one of the rules, and those that stand for left out ones. */
  abstract firing(rules: readonly AlertRule[]): Promise<readonly FiringAlert[]>;

  /** The alerts heard of last, newest first; those alone that fire, where that is asked. */
  abstract recent(limit: number, onlyFiring?: boolean): Promise<readonly StoredAlert[]>;

  /** Forgets what is over, or has not been heard of, for so long. */
  abstract forget(keepMs: number): Promise<void>;
}
