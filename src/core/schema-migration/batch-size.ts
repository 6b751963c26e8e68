/** Between what a batch's rows are kept, and by how many times it may have more rows than the one before. */
export interface BatchLimits {
  readonly smallest: number;
  readonly largest: number;
  readonly growth: number;
}

/**
 * Of a batch that locks what it walks: no more than the smallest wait for it, however slow the target is. A batch
 * has costs of its own, of some milliseconds where the machine is starved: with fewer rows it would do little else.
 */
export const LOCKED: BatchLimits = { smallest: 50, largest: 250_000, growth: 2 };
/**
 * Of one that only reads. On a machine that is starved, ten rows take as long as a thousand: what is
 * waited for is the processor, and shorter batches would only come to nothing. Nobody waits for its rows, so it
 * soon takes as many as its time allows.
 */
export const READ: BatchLimits = { smallest: 500, largest: 1_000_000, growth: 64 };

/** Rows of a slice that is written: about a second of work, so that all workers end at about the same time. */
export const WRITTEN_SLICE_ROWS = 50_000;

/** How long one turn at a target's jobs may take before progress is looked at. Milliseconds. */
export const TURN_MS = 400;

/** Rows of the first batch, before anything is known. */
export const FIRST_BATCH = 500;

/**
 * The size of the next batch: towards the size that would have taken `targetMs`, no more than `growth` times as
 * large and at least halved, so that one odd measurement does little harm.
 * @param elapsedMs how long `size` rows took
 */
export function nextBatchSize(
  size: number,
  elapsedMs: number,
  targetMs: number,
  { smallest, largest, growth }: BatchLimits = LOCKED,
): number {
  const factor = Math.min(growth, Math.max(0.5, targetMs / Math.max(elapsedMs, 1)));
  return Math.min(largest, Math.max(smallest, Math.round(size * factor)));
}
