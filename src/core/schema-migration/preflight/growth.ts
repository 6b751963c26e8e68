import type { TableFacts } from './target-facts.ts';

/**
 * How much a schema migration may add to a table, by what was measured: a backfill writes every row
 * anew, and vacuum gives the old rows' room back only later. Bytes.
 */
export function growthOf({ bytes, indexBytes }: Pick<TableFacts, 'bytes' | 'indexBytes'>): number {
  return Math.ceil(2.5 * bytes + indexBytes);
}

/** `12 kB`, `1.5 GB`: two digits where they say something, as powers of 1024. */
export function sizeWords(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let value = Math.max(0, bytes);
  let at = 0;
  while (value >= 1000 && at < units.length - 1) {
    value /= 1024;
    at += 1;
  }
  const digits = at > 0 && value < 9.95 ? 1 : 0;
  return `${value.toFixed(digits)} ${units[at] ?? ''}`;
}
