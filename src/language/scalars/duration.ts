import { written } from './written.ts';

const milliseconds: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `500ms`, `60s`, `10m`, `1h`, `7d`: milliseconds. Ten years at the most. */
export const duration = written(
  'a duration such as `500ms`, `60s`, `10m`, `1h` or `7d`',
  /^\d{1,9}(ms|s|m|h|d)$/,
  readDuration,
).meta({ id: 'Duration', description: 'A duration: a whole number and ms, s, m, h or d.' });

function readDuration(text: string): number | undefined {
  const digits = /^\d+/.exec(text)?.[0] ?? '';
  const value = Number(digits) * (milliseconds[text.slice(digits.length)] ?? Number.NaN);
  return value <= 3650 * 86_400_000 ? value : undefined;
}
