import { dayOfDate, localTime, minutesOfDay, type Weekday, weekdayOf } from './local-time.ts';

/**
 * Hours of a week by the wall clock of a place. Those that end when they begin, or before, end on the next
 * day; `days` are those on which they begin.
 */
export interface Hours {
  readonly days: readonly Weekday[];
  /** Minutes since midnight. */
  readonly from: number;
  readonly to: number;
  /** IANA name. */
  readonly timezone: string;
}

/** Whole days on which nothing is open, the first and the last included, such as `2026-12-24`. */
export interface Blackout {
  readonly from: string;
  readonly to: string;
  readonly timezone: string;
  readonly reason?: string;
}

/** When something is open: always, without any hours, but never on a blackout's days. */
export interface Calendar {
  readonly hours: readonly Hours[];
  readonly blackouts: readonly Blackout[];
}

const minuteMs = 60_000;
/** No opening is looked for later than this. */
const horizonMs = 800 * minutesOfDay * minuteMs;
/** Clocks are never put forward or back by more. */
const clockChange = 180;

/** @param at epoch milliseconds */
export function isOpen({ hours, blackouts }: Calendar, at: number): boolean {
  if (blackouts.some((blackout) => isBlackout(blackout, at))) return false;
  return hours.length === 0 || hours.some((one) => covers(one, at));
}

/** The first moment from `at` on that is open, to the minute; null when there is none for two years. */
export function nextOpening(calendar: Calendar, at: number): number | null {
  if (isOpen(calendar, at)) return at;
  for (let now = ceilMinute(at); now - at <= horizonMs;) {
    if (isOpen(calendar, now)) return now;
    now += minuteMs * stepFrom(calendar, now);
  }
  return null;
}

/** Whether they are open, wherever no blackout stands against it. */
function covers(hours: Hours, at: number): boolean {
  return sinceClosing(hours, at) < 0;
}

/** Minutes on the wall clock since they closed last; below 0 while they are open. */
export function sinceClosing(hours: Hours, at: number): number {
  const { day, minute } = localTime(hours.timezone, at);
  for (let before = 0; before <= 8; before += 1) {
    const start = hours.from - before * minutesOfDay;
    if (start <= minute && hours.days.includes(weekdayOf(day - before))) {
      return minute - (start + lengthOf(hours));
    }
  }
  return Number.POSITIVE_INFINITY;
}

/** Minutes that they are open for, by the wall clock. */
export function lengthOf({ from, to }: Hours): number {
  return to > from ? to - from : to - from + minutesOfDay;
}

/** The blackout that this moment lies in. */
export function blackoutAt({ blackouts }: Calendar, at: number): Blackout | undefined {
  return blackouts.find((blackout) => isBlackout(blackout, at));
}

/** Minutes that may be gone forward from a closed moment without passing an opening; at least 1. */
function stepFrom(calendar: Calendar, at: number): number {
  const blackout = blackoutAt(calendar, at);
  const waits =
    blackout === undefined
      ? calendar.hours.map((one) => safeStep(one.timezone, at, untilStart(one, at)))
      : [safeStep(blackout.timezone, at, untilEnd(blackout, at))];
  return Math.max(1, Math.min(...waits));
}

/** So many minutes on the wall clock, where the clock is not put forward or back among them; else not quite. */
function safeStep(timezone: string, at: number, minutes: number): number {
  const here = localTime(timezone, at);
  const there = localTime(timezone, at + minutes * minuteMs);
  const passed = (there.day - here.day) * minutesOfDay + there.minute - here.minute;
  return passed === minutes ? minutes : minutes - clockChange;
}

function untilStart({ days, from, timezone }: Hours, at: number): number {
  const { day, minute } = localTime(timezone, at);
  const starts = Array.from({ length: 8 }, (_, ahead) => ahead)
    .filter((ahead) => days.includes(weekdayOf(day + ahead)))
    .map((ahead) => ahead * minutesOfDay + from - minute);
  return Math.min(...starts.filter((minutes) => minutes > 0));
}

function untilEnd({ to, timezone }: Blackout, at: number): number {
  const { day, minute } = localTime(timezone, at);
  return ((dayOfDate(to) ?? day) + 1 - day) * minutesOfDay - minute;
}

function isBlackout({ from, to, timezone }: Blackout, at: number): boolean {
  const { day } = localTime(timezone, at);
  return (
    day >= (dayOfDate(from) ?? Number.POSITIVE_INFINITY) &&
    day <= (dayOfDate(to) ?? Number.NEGATIVE_INFINITY)
  );
}

const ceilMinute = (at: number): number => Math.ceil(at / minuteMs) * minuteMs;
