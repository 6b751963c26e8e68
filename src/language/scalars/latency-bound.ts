import { written } from './written.ts';

/** How much slower a quantile may be: whichever is more, a part of the baseline's or milliseconds. */
export interface LatencyBound {
  readonly part: number;
  readonly atLeastMs: number;
}

const form = /^(?:(\d{1,4}(?:\.\d{1,4})?)%)?(?: or )?(?:(\d{1,6})(ms|s))?$/;

/** `5% or 2ms`, `20%`, `5ms`. */
export const latencyBound = written(
  'a tolerance such as `20%`, `5ms` or `5% or 2ms`',
  /^(\d{1,4}(\.\d{1,4})?%|\d{1,6}(ms|s)|\d{1,4}(\.\d{1,4})?% or \d{1,6}(ms|s))$/,
  readLatencyBound,
).meta({
  id: 'LatencyBound',
  description:
    'How much slower a quantile may be: a percentage, milliseconds, or whichever is more.',
});

function readLatencyBound(text: string): LatencyBound | undefined {
  const [, percent, time, unit] = form.exec(text) ?? [];
  const atLeastMs = Number(time ?? 0) * (unit === 's' ? 1000 : 1);
  return { part: Number(percent ?? 0) / 100, atLeastMs };
}
