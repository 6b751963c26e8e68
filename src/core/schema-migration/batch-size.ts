/**
 * Rows of a batch that locks what it walks: no more than these wait for it, however slow the target is. A batch has
 * costs of its own, of some milliseconds where the machine is starved: with fewer rows it would do little else.
 */
export const SMALLEST_LOCKED = 50;
/**
 * Rows of one that only reads. On a machine that is starved, ten rows take as long as a thousand: what is
 * waited for is the processor, and shorter batches would only come to nothing.
 */
export const SMALLEST_READ = 500;
const LARGEST = 250_000;

/** Rows of the first batch, before anything is known. */
export const FIRST_BATCH = 500;

/**
 * The size of the next batch: towards the size that would have taken `targetMs`, at most doubled
 * and at least halved, so that one odd measurement does little harm.
 * @param elapsedMs how long `size` rows took
 * @param smallest never fewer rows than these, however long they take
 */
export function nextBatchSize(
  size: number,
  elapsedMs: number,
  targetMs: number,
  smallest = SMALLEST_LOCKED,
): number {
  const factor = Math.min(2, Math.max(0.5, targetMs / Math.max(elapsedMs, 1)));
  return Math.min(LARGEST, Math.max(smallest, Math.round(size * factor)));
}
