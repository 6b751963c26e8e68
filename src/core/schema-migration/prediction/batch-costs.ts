import { defaults } from '../../policy/defaults.ts';
import { FIRST_BATCH, TURN_MS, WRITTEN_SLICE_ROWS } from '../batch-size.ts';

/** What happens again and again, however many rows there are. Seconds. */
export interface Moments {
  /** A commit that waits for the disk. */
  readonly commit: number;
  /** A statement on Crossfade's own notes, there and back. */
  readonly note: number;
}

/** How long a batch is to take unless somebody says otherwise. Seconds. */
const BATCH_S = defaults.batchTimeMs / 1_000;
/** Besides what fills: BEGIN, the fence, the settings, the look for what the new side wrote, the cursor, COMMIT. */
const BATCH_NOTES = 6;
/** A worker's turn: it claims the job, looks at the load, gives the slice and the job back, and two commits wait. */
const TURN_S = TURN_MS / 1_000;
const TURN_NOTES = 6;
const TURN_COMMITS = 2;

/**
 * What a backfill takes besides filling its rows, when nobody is in its way: batches, slices and turns. It begins
 * with small batches and doubles them until they take as long as they should.
 */
export function batchCosts(rows: number, seconds: number, { commit, note }: Moments): number {
  if (rows <= 0 || seconds <= 0) return 0;
  const usual = Math.min(WRITTEN_SLICE_ROWS, (BATCH_S * rows) / seconds);
  const first = Math.max(0, Math.log2(usual / FIRST_BATCH));
  const batches = Math.max(1, rows / usual) + first;
  // A slice costs a transaction of as many statements as a batch, and one commit that waits.
  const slices = Math.ceil(rows / WRITTEN_SLICE_ROWS);
  const working = seconds + (batches + slices) * BATCH_NOTES * note + slices * commit;
  const turns = Math.ceil(working / TURN_S);
  return working - seconds + turns * (TURN_NOTES * note + TURN_COMMITS * commit);
}
