import { dayOfDate } from '../../core/calendar/local-time.ts';
import { written } from './written.ts';

/** `"09:00"`: minutes since midnight. */
export const timeOfDay = written(
  'a time of day such as "09:00"',
  /^([01]\d|2[0-3]):[0-5]\d$/,
  (text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)),
).meta({ id: 'TimeOfDay', description: 'A time of day from 00:00 to 23:59.' });

/** `2026-12-24`. */
export const date = written('a date such as `2026-12-24`', /^\d{4}-\d{2}-\d{2}$/, (day) =>
  dayOfDate(day) === null ? undefined : day,
).meta({ id: 'Date', description: 'A day of the calendar, such as `2026-12-24`.' });

/** `Europe/Berlin`. */
export const timeZone = written(
  'an IANA time zone such as `Europe/Berlin`',
  /^[A-Z][A-Za-z_]+(\/[A-Za-z0-9_+-]+)*$/,
  (zone) => (isTimeZone(zone) ? zone : undefined),
).meta({ id: 'TimeZone', description: 'An IANA time zone.' });

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
