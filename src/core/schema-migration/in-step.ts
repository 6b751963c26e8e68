import { downDiffers, upDiffers } from './changed-in.ts';
import type { ColumnPair } from './column-pair.ts';
import { quoteExisting, quoteIdentifier } from './identifier.ts';
import { isPastReturn, whereItReturns } from './point-of-no-return.ts';
import { downOf, upOf } from './sync-trigger.ts';

/**
 * True, in SQL, for a row whose two shapes do not belong together. No mark on the row says which
 * side wrote it last, for none is needed: where `down` loses, what the old side wrote leads back as
 * well (`down(up(old)) = old`), so `down(new) = old` holds for both origins; where `up` loses,
 * `up(old) = new` does; where both lose, one of them must.
 */
export function differs(pair: ColumnPair): string {
  const up = upDiffers(pair, upOf(pair), quoteIdentifier(pair.column));
  const down = downDiffers(pair, downOf(pair), quoteExisting(pair.fed.name));
  if (pair.returns !== null) return whereItReturns(pair, up);
  if (pair.lossy === 'down') return `(${down})`;
  return pair.lossy === 'both' ? `(${up} AND ${down})` : `(${up})`;
}

/**
 * True, in SQL, for a row that is in step and would not come back, unless that is declared, and for one
 * past the point of no return, so that it is filed wherever it is met.
 */
export function loses(pair: ColumnPair): string {
  if (pair.lossy !== 'no') return 'false';
  const differing = downDiffers(pair, downOf(pair), quoteExisting(pair.fed.name));
  const past = isPastReturn(pair);
  return past === null ? `(${differing})` : `(CASE WHEN ${past} THEN true ELSE ${differing} END)`;
}
