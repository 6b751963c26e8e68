import type { AlertConcern, ListedAlert } from '../../core/protocol/alert-list.ts';

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

/** What it does to a rollout as things are: `holds`; nothing once that is over. */
export function concernWords({ action, dismissed }: AlertConcern): string {
  return dismissed === undefined
    ? (does[action ?? ''] ?? '')
    : `dismissed by ${dismissed.by}: ${dismissed.reason}`;
}
