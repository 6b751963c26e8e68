/**
 * `14m`, `2h 5m`, `0.9 s`: how long something lasts, short enough for a table. The words of `core/span.ts`, which
 * the page cannot load: it takes types alone from the server. A spec holds the two to each other.
 */
export function span(ms: number): string {
  if (ms < 10_000) return `${Math.max(0, Math.round(ms / 100)) / 10} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours}h` : `${hours}h ${minutes % 60}m`;
  return `${Math.floor(hours / 24)}d`;
}

/** `4:05` or `1:02:09`: what is left of a wait, to the second. */
export function countdown(ms: number): string {
  const left = Math.max(0, Math.ceil(ms / 1000));
  const [hours, minutes, seconds] = [
    Math.floor(left / 3600),
    Math.floor(left / 60) % 60,
    left % 60,
  ];
  const two = (value: number): string => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

// Made once: making one takes far longer than using it, and a page shows hundreds of times.
const formats = {
  time: new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' }),
  day: new Intl.DateTimeFormat('en-CA', { dateStyle: 'short' }),
  full: new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'long' }),
};

/** `03:16:20`, with the day in front when it is not the day of `now`. */
export function clock(at: number, now: number): string {
  const time = formats.time.format(at);
  const { day } = formats;
  return day.format(at) === day.format(now) ? time : `${day.format(at)} ${time}`;
}

/** For the title of a short time: date, time and zone. */
export function fullTime(at: number): string {
  return formats.full.format(at);
}
