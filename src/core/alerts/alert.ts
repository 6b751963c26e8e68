/** Who tells of alerts, as the last part of the address that it tells them at. */
export const alertSources = ['alertmanager', 'grafana', 'pagerduty', 'cloudevents'] as const;

export type AlertSource = (typeof alertSources)[number];

/** One alert as one notification tells of it. Times are epoch milliseconds by the sender's clock. */
export interface Alert {
  readonly source: AlertSource;
  /** Names what is wrong, the same each time it is told; with `startsAt` it names one occurrence. */
  readonly fingerprint: string;
  readonly status: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
  /** One line for people; empty where the sender gave none. */
  readonly summary: string;
  /** Where the sender shows it; null where it did not say. */
  readonly link: string | null;
  /** Null where the sender did not say, or nothing that is a time. */
  readonly startsAt: number | null;
  /** When it ended; null while it fires, and where the sender did not say. */
  readonly endsAt: number | null;
  /** Stands for alerts that the sender left out: `labels` are only those that all of them share. */
  readonly isPartial: boolean;
}

/** An alert that was told as firing and not yet as resolved. */
export interface FiringAlert extends Omit<Alert, 'status' | 'endsAt'> {
  /** Names this occurrence, short enough to be typed: 12 hexadecimal digits. */
  readonly id: string;
  /** When it was first told of, by Crossfade's clock. Epoch milliseconds. */
  readonly heardAt: number;
}

/** What people call it. */
export function alertName({ labels, fingerprint }: Pick<Alert, 'labels' | 'fingerprint'>): string {
  return labels['alertname'] ?? labels['title'] ?? fingerprint;
}
