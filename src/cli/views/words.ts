import type { Measurement } from '../../core/judge/measurement.ts';
import { CrossfadeError } from '../../core/errors.ts';
import type { Paint } from '../terminal.ts';

/** How a view is drawn. */
export interface Look {
  readonly paint: Paint;
  readonly timeZone: string | undefined;
}

/** `03:16:20`, with the day in front when it is not the day of `now`. */
export function clock(at: number, now: number, { timeZone }: Look): string {
  const zone = timeZone === undefined ? {} : { timeZone };
  const day = new Intl.DateTimeFormat('en-CA', { ...zone, dateStyle: 'short' });
  const time = new Intl.DateTimeFormat('en-GB', { ...zone, timeStyle: 'medium' }).format(at);
  return day.format(at) === day.format(now) ? time : `${day.format(at)} ${time}`;
}

export { span } from '../../core/span.ts';

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `10m` as milliseconds; no limit when nothing is given. */
export function durationFrom(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  const [, digits, unit = ''] = /^(\d+)(ms|s|m|h|d)$/.exec(text) ?? [];
  if (digits === undefined) {
    const message = `\`${text}\` is no duration; write for example 90s, 10m or 2h`;
    throw new CrossfadeError('invalidInput', message);
  }
  return Number(digits) * (unitMs[unit] ?? Number.NaN);
}

/** A measured value with its unit: `0.11%`, `84 ms`, `3`. */
export function amount(value: number | null, unit: Measurement['unit']): string {
  if (value === null) return '?';
  if (unit === 'ratio') return `${(value * 100).toFixed(2)}%`;
  if (unit === 'seconds') return `${rounded(value * 1000)} ms`;
  return unit === 'milliseconds' ? `${rounded(value)} ms` : String(rounded(value));
}

function rounded(value: number): number {
  return value >= 10 ? Math.round(value) : Math.round(value * 10) / 10;
}

/** A guard that objects to nothing because it saw nothing must not read as if it had. */
export function isJudged(measurement: Measurement): boolean {
  const { verdict, kind, samples } = measurement;
  if (verdict !== 'pass') return true;
  return seenValue(measurement) !== null && (kind === 'threshold' || samples.canary > 0);
}

/** What the guard is about: the canary's value, or the one value that a threshold has. */
export function seenValue({ kind, canary, baseline }: Measurement): number | null {
  return kind === 'threshold' ? baseline : canary;
}

/** A verdict as a person says it. */
export function verdictWords(measurement: Measurement): string {
  const { verdict, kind } = measurement;
  if (!isJudged(measurement)) return 'not judged';
  if (verdict === 'pass') return kind === 'compare' ? 'not worse' : 'ok';
  const words = {
    fail: kind === 'compare' ? 'WORSE' : 'BROKEN',
    inconclusive: 'not known yet',
    noData: 'no data',
    providerError: 'provider error',
  };
  return words[verdict];
}

/** Rows with aligned columns; trailing blanks are cut. Width counts before colours. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) {
      widths[index] = Math.max(widths[index] ?? 0, cell.length);
    }
  }
  return rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** What came from outside without control characters, so that it cannot move the cursor. */
export function safe(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ');
}
