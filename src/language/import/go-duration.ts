import { z } from 'zod';

const milliseconds: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

const tenYears = 3650 * 86_400_000;

/** Durations as Go writes them, `1h30m` or `0.5s`, in milliseconds; undefined for other text. */
export function readGoDuration(text: string): number | undefined {
  const parts = [...text.matchAll(/(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/gy)];
  const length = parts.reduce((sum, [part]) => sum + part.length, 0);
  if (parts.length === 0 || length !== text.length) return undefined;
  const value = parts.reduce(
    (sum, [, number, unit]) => sum + Number(number) * (milliseconds[unit ?? ''] ?? Number.NaN),
    0,
  );
  return value <= tenYears ? value : undefined;
}

const message = 'expected a duration such as `30s`, `5m` or `1h30m`';

export const goDuration = z.string({ error: message }).transform((text, context): number => {
  const value = readGoDuration(text);
  if (value !== undefined) return value;
  context.issues.push({ code: 'custom', message, input: text });
  return z.NEVER;
});

/** The shortest that a guard is asked, in milliseconds. */
const shortest = 1_000;

/** As Crossfade writes it, in the largest unit that is whole; nothing shorter than a second. */
export function writtenDuration(ms: number): string {
  const rounded = Math.max(shortest, Math.round(ms));
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1_000],
  ] as const;
  const [unit, size] = units.find(([, length]) => rounded % length === 0) ?? ['ms', 1];
  return `${rounded / size}${unit}`;
}
