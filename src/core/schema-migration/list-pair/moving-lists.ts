import type { MovingRows } from '../parted/row-moves.ts';
import { movingRows } from '../table-pair/moving-wide.ts';
import { echoed } from './function-parts.ts';
import type { ListPair } from './list-pair.ts';

/** The old rows, where they move between partitions: those of their lists go along. */
export function movingLists(pair: ListPair): MovingRows | null {
  return movingRows(pair, pair.list.reads, (sql) => echoed(pair, [sql]));
}
