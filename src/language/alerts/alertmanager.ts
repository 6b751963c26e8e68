import type { Alert, AlertSource } from '../../core/alerts/alert.ts';
import { canonical } from '../../core/canonical.ts';
import { CrossfadeError } from '../../core/errors.ts';
import {
  bodyFields,
  fieldOf,
  type Fields,
  fieldsOf,
  labelsOf,
  lineOf,
  linkOf,
  type Notification,
  textOf,
  timeOf,
} from './notification.ts';

/**
 * A notification of Alertmanager's webhook receiver, version 4, or of Grafana's, which has the same shape.
 * Unknown fields are none of our business, and an alert that cannot be understood is counted and takes no other
 * along. Throws `invalidInput` where there is no list of alerts at all.
 *
 * Source: prometheus.io/docs/alerting/latest/configuration (webhook_config).
 */
export function parseAlertmanager(body: unknown, source: AlertSource): Notification {
  const fields = bodyFields(body, 'a notification');
  const told = fieldOf(fields, 'alerts');
  if (!Array.isArray(told)) {
    throw new CrossfadeError('invalidInput', 'expected `alerts`: a list of alerts');
  }
  const groupStatus = fieldOf(fields, 'status');
  const alerts = told.flatMap((one) => alertOf(fieldsOf(one), source, groupStatus) ?? []);
  return { alerts: [...alerts, ...leftOut(fields, source)], refused: told.length - alerts.length };
}

interface Status {
  readonly is: Alert['status'];
  readonly isSaid: boolean;
}

/** Of one that fires it is only when its sender would give it up. */
function endOf(fields: Fields | null, { is, isSaid }: Status): number | null {
  return is === 'resolved' && isSaid ? timeOf(fieldOf(fields, 'endsAt')) : null;
}

function alertOf(fields: Fields | null, source: AlertSource, groupStatus: unknown): Alert | null {
  if (fieldsOf(fieldOf(fields, 'labels')) === null) return null;
  const labels = labelsOf(fieldOf(fields, 'labels'));
  const status = statusOf(fieldOf(fields, 'status'), groupStatus);
  if (status === null) return null;
  const annotations = fieldsOf(fieldOf(fields, 'annotations'));
  return {
    source,
    fingerprint: nameOf(fieldOf(fields, 'fingerprint')) ?? canonical(labels),
    status: status.is,
    labels,
    summary: lineOf(
      fieldOf(annotations, 'summary'),
      fieldOf(annotations, 'message'),
      fieldOf(annotations, 'description'),
    ),
    link: linkOf(fieldOf(fields, 'generatorURL'), fieldOf(fields, 'dashboardURL')),
    startsAt: status.isSaid ? timeOf(fieldOf(fields, 'startsAt')) : null,
    endsAt: endOf(fields, status),
    isPartial: false,
  };
}

/**
 * What an alert says of itself. Where it says nothing, and its group is over, so is it; else it may be, so it
 * counts as firing since nobody knows when: that holds, and rolls nothing back. Null for nonsense.
 */
function statusOf(own: unknown, group: unknown): Status | null {
  if (own === 'firing' || own === 'resolved') return { is: own, isSaid: true };
  if (own !== undefined && own !== null) return null;
  return { is: group === 'resolved' ? 'resolved' : 'firing', isSaid: false };
}

function nameOf(value: unknown): string | null {
  const text = textOf(value);
  return text === null || text.trim() === '' ? null : text;
}

/** Alerts beyond the receiver's `max_alerts`, of which only what the group has in common is known. */
function leftOut(fields: Fields, source: AlertSource): readonly Alert[] {
  const groupKey = nameOf(fieldOf(fields, 'groupKey'));
  if (groupKey === null) return [];
  const count = Number(fieldOf(fields, 'truncatedAlerts'));
  const stillFires = fieldOf(fields, 'status') !== 'resolved';
  return [
    {
      source,
      fingerprint: `left out of ${groupKey}`,
      status: count > 0 && stillFires ? 'firing' : 'resolved',
      labels: labelsOf(fieldOf(fields, 'commonLabels')),
      summary: '',
      link: linkOf(fieldOf(fields, 'externalURL')),
      startsAt: null,
      endsAt: null,
      isPartial: true,
    },
  ];
}
