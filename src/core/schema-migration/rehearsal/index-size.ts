/** What the planner's statistics say of the key of an index that is to be built. */
export interface IndexKey {
  readonly table: string;
  /** As `pg_stats.n_distinct`: how many values there are, or minus their part of the rows. */
  readonly distinct: number;
  /** Bytes of a key. */
  readonly width: number;
}

/** Of an entry: header and line pointer; of one more row under a key that is there: its address. */
const ENTRY = 12;
const ADDRESS = 6;
const ALIGNED = 8;

/**
 * About how large a btree is over a part of the rows, in bytes but for a factor: a key that comes often
 * stands there once, with the addresses of its rows (PostgreSQL from 13 on). A sample holds most keys only a few times,
 * so an index grows more slowly than its table.
 * @param rows of the whole table
 * @param part of them, drawn at random, above 0 to 1
 */
export function relativeSize({ distinct, width }: IndexKey, rows: number, part: number): number {
  const all = Math.max(1, Math.min(rows, distinct < 0 ? -distinct * rows : distinct));
  const keys = all * (1 - (1 - part) ** (rows / all));
  const key = ENTRY + Math.ceil(width / ALIGNED) * ALIGNED;
  return keys * key + Math.max(0, rows * part - keys) * ADDRESS;
}
