import type { AlertConcern, ListedAlert } from '../../core/protocol/alert-list.ts';
import { clock } from './time-words.ts';

/** What it is called where it comes from. */
export function alertName({
  labels,
  fingerprint,
}: Pick<ListedAlert, 'labels' | 'fingerprint'>): string {
  return labels['alertname'] ?? labels['title'] ?? fingerprint;
}

const does: Readonly<Record<string, string>> = {
  rollback: 'rolls back',
  hold: 'holds',
  notify: 'is shown',
};

/** What it does to a rollout as things are, and has led to: `holds; hold at 02:10:04`. */
export function concernWords({ action, dismissed, did }: AlertConcern, now: number): string {
  const present =
    dismissed === undefined
      ? (does[action ?? ''] ?? '')
      : `dismissed by ${dismissed.by}: ${dismissed.reason}`;
  const past = did.map((one) => `${one.action} at ${clock(one.at, now)}`);
  return [present, ...past].filter((words) => words !== '').join('; ');
}
