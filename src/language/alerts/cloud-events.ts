import { CrossfadeError } from '../../core/errors.ts';
import { parseAlertmanager } from './alertmanager.ts';
import { type Fields, fieldOf, fieldsOf, type Notification } from './notification.ts';

/** The type of an event that carries one alert: `{ status, labels, startsAt, annotations?, fingerprint? }`. */
const alertEventType = 'io.crossfade.alert.v1';

/** A request's headers, by their names in lower case. */
export type Headers = Readonly<Record<string, unknown>>;

/**
 * CloudEvents 1.0 over HTTP in all three modes: binary (the event in headers `ce-*`, its data in the body),
 * structured, and batched. Events of another type than `io.crossfade.alert.v1` tell nothing. Throws `invalidInput`
 * for what is no event.
 *
 * Source: github.com/cloudevents/spec, HTTP protocol binding 1.0.2.
 */
export function parseCloudEvents(headers: Headers, body: unknown): Notification {
  const events = eventsOf(headers, body);
  const notifications = events.map(alertIn);
  return {
    alerts: notifications.flatMap(({ alerts }) => alerts),
    refused: notifications.reduce((sum, { refused }) => sum + refused, 0),
  };
}

interface Event {
  readonly type: unknown;
  readonly data: unknown;
}

function eventsOf(headers: Headers, body: unknown): readonly (Event | null)[] {
  if (typeof headers['ce-type'] === 'string') {
    return [{ type: headers['ce-type'], data: body }];
  }
  if (Array.isArray(body)) return body.map((one) => eventOf(fieldsOf(one)));
  const event = eventOf(fieldsOf(body));
  if (event !== null) return [event];
  throw new CrossfadeError(
    'invalidInput',
    'expected a CloudEvent: headers `ce-*`, an object with `specversion` and `type`, or a list of those',
  );
}

function eventOf(fields: Fields | null): Event | null {
  if (typeof fieldOf(fields, 'specversion') !== 'string') return null;
  const type = fieldOf(fields, 'type');
  return typeof type === 'string' ? { type, data: fieldOf(fields, 'data') } : null;
}

function alertIn(event: Event | null): Notification {
  if (event === null) return { alerts: [], refused: 1 };
  if (event.type !== alertEventType) return { alerts: [], refused: 0 };
  return parseAlertmanager({ alerts: [event.data] }, 'cloudevents');
}
