import type { CheckedTable } from '../../core/protocol/target-view.ts';
import { sizeWords } from '../../core/schema-migration/preflight/growth.ts';
import { safe } from './words.ts';

/** `users about 1200 rows, 110 MB and 20 MB of indexes`. */
export function tableSizeWords({ name, rows, bytes, indexBytes }: CheckedTable): string {
  const about = rows === null ? 'rows not counted yet' : `about ${rows} rows`;
  return `${safe(name)} ${about}, ${sizeWords(bytes)} and ${sizeWords(indexBytes)} of indexes`;
}
