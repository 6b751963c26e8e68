import {
  bodyFields,
  fieldOf,
  fieldsOf,
  labelsOf,
  lineOf,
  linkOf,
  type Notification,
  textOf,
  timeOf,
} from './notification.ts';

const nothing: Notification = { alerts: [], refused: 0 };

/**
 * An event of a PagerDuty V3 webhook subscription. Incidents alone are alerts: triggered, acknowledged and
 * reopened ones fire, resolved ones do not, and a reopened one begins anew; their labels are `service`, `urgency`,
 * `priority`, `incident` and `title`.
 * Other events, `pagey.ping` among them, tell nothing. Throws `invalidInput` for what is no event.
 *
 * Source: developer.pagerduty.com, *Webhooks v3*.
 */
export function parsePagerDuty(body: unknown): Notification {
  const event = fieldsOf(fieldOf(bodyFields(body, 'an event of PagerDuty'), 'event'));
  const type = textOf(fieldOf(event, 'event_type'));
  if (type === null || !type.startsWith('incident.')) return nothing;
  const incident = fieldsOf(fieldOf(event, 'data'));
  const id = textOf(fieldOf(incident, 'id'));
  // Events about a note or a responder carry that, and not the incident.
  if (fieldOf(incident, 'type') !== 'incident') return nothing;
  if (id === null || id === '') return { alerts: [], refused: 1 };
  const at = fieldOf(event, 'occurred_at');
  const status = fieldOf(incident, 'status') === 'resolved' ? 'resolved' : 'firing';
  const title = lineOf(fieldOf(incident, 'title'));
  const labels = labelsOf({
    title,
    incident: id,
    service: fieldOf(fieldsOf(fieldOf(incident, 'service')), 'summary'),
    priority: fieldOf(fieldsOf(fieldOf(incident, 'priority')), 'summary'),
    urgency: fieldOf(incident, 'urgency'),
  });
  return {
    alerts: [
      {
        source: 'pagerduty',
        fingerprint: id,
        status,
        labels,
        summary: title,
        link: linkOf(fieldOf(incident, 'html_url')),
        startsAt: timeOf(type === 'incident.reopened' ? at : fieldOf(incident, 'created_at')),
        endsAt: status === 'resolved' ? timeOf(at) : null,
        isPartial: false,
      },
    ],
    refused: 0,
  };
}
