import { written } from './written.ts';

/** How much of the remaining units: a whole percentage, or a number of them. */
export type ShareSize = { readonly percent: number } | { readonly units: number };

/** `25%` or `3 units`. */
export const shareSize = written(
  'a whole percentage from `1%` to `100%`, or a count such as `3 units`',
  /^([1-9]\d{0,2}%|[1-9]\d{0,6} units?)$/,
  readShareSize,
).meta({
  id: 'ShareSize',
  description: 'A whole percentage from 1% to 100%, or a count of units.',
});

function readShareSize(text: string): ShareSize | undefined {
  const value = Number.parseInt(text, 10);
  if (!text.endsWith('%')) return { units: value };
  return value <= 100 ? { percent: value } : undefined;
}
