import type { CountSize } from '../../core/policy/step.ts';
import { written } from './written.ts';

/**
 * How much of the remaining units: a whole percentage of a hash, or a number of units, which may be
 * given as a part of the active ones, 0 to 1.
 */
export type ShareSize = { readonly percent: number } | CountSize;

/** `25%`, `3 units` or `0.5%`. */
export const shareSize = written(
  'a whole percentage from `1%` to `100%`, a part below it such as `0.5%`, or a count such as `3 units`',
  /^(0\.\d{0,3}[1-9]%|[1-9]\d{0,2}%|[1-9]\d{0,6} units?)$/,
  readShareSize,
).meta({
  id: 'ShareSize',
  description: 'A whole percentage from 1% to 100%, a part below 1%, or a count of units.',
});

function readShareSize(text: string): ShareSize | undefined {
  const value = Number.parseFloat(text);
  if (!text.endsWith('%')) return { units: value };
  if (value < 1) return { part: value / 100 };
  return value <= 100 ? { percent: value } : undefined;
}
