export const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

export type Weekday = (typeof weekdays)[number];

/** What clock and calendar on the wall of a place say. */
export interface LocalTime {
  /** Days since 1970-01-01. */
  readonly day: number;
  /** Minutes since midnight, as the wall clock counts them. */
  readonly minute: number;
}

export const minutesOfDay = 1_440;

const minuteMs = 60_000;
/** Everywhere clocks are put forward and back at one of these. */
const quarterMs = 15 * minuteMs;

/** @param at epoch milliseconds */
export function localTime(timezone: string, at: number): LocalTime {
  const local = Math.floor(at / minuteMs) + offsetOf(timezone, Math.floor(at / quarterMs));
  const day = Math.floor(local / minutesOfDay);
  return { day, minute: local - day * minutesOfDay };
}

/** The last quarter of an hour that was asked for, by place: whoever asks goes on from there. */
const offsets = new Map<string, { readonly quarter: number; readonly minutes: number }>();

/** Minutes by which a place is ahead of UTC. */
function offsetOf(timezone: string, quarter: number): number {
  const known = offsets.get(timezone);
  if (known?.quarter === quarter) return known.minutes;
  const at = quarter * quarterMs;
  const parts = new Map(
    formatOf(timezone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes): number => Number(parts.get(name));
  const day = dayNumber(part('year'), part('month'), part('day'));
  const minutes = day * minutesOfDay + part('hour') * 60 + part('minute') - at / minuteMs;
  offsets.set(timezone, { quarter, minutes });
  return minutes;
}

export function weekdayOf(day: number): Weekday {
  // 1970-01-01 was a Thursday.
  return weekdays[(((day + 4) % 7) + 7) % 7] ?? 'sun';
}

/** The number of a date such as `2026-12-24`; null when the calendar has no such day. */
export function dayOfDate(date: string): number | null {
  const [year = Number.NaN, month = Number.NaN, dayOfMonth = Number.NaN] = date
    .split('-')
    .map(Number);
  const day = dayNumber(year, month, dayOfMonth);
  return dateOf(day) === date ? day : null;
}

/** The date of a day's number, such as `2026-12-24`. */
export function dateOf(day: number): string {
  const parts = new Map(
    formatOf('UTC')
      .formatToParts(day * 86_400_000)
      .map(({ type, value }) => [type, value]),
  );
  return `${parts.get('year') ?? ''}-${parts.get('month') ?? ''}-${parts.get('day') ?? ''}`;
}

/** `Mon 2026-11-23 09:00 Europe/Berlin`. */
export function placeAndTime(timezone: string, at: number): string {
  const { day, minute } = localTime(timezone, at);
  const weekday = weekdayOf(day);
  const clock = [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0'));
  return `${weekday[0]?.toUpperCase() ?? ''}${weekday.slice(1)} ${dateOf(day)} ${clock.join(':')} ${timezone}`;
}

/** Days since 1970-01-01 by the Gregorian calendar; years are counted from March, so that leap days come last. */
function dayNumber(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const leaps = Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400);
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  return 365 * shifted + leaps + dayOfYear - 719_468;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** To build one takes a hundred times as long as to use it. */
function formatOf(timezone: string): Intl.DateTimeFormat {
  const known = formats.get(timezone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-CA-u-ca-gregory-nu-latn', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  formats.set(timezone, format);
  return format;
}
