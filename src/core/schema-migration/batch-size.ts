const SMALLEST = 10;
const LARGEST = 250_000;

/** Rows of the first batch, before anything is known. */
export const FIRST_BATCH = 500;

/**
 * The size of the next batch: towards the size that would have taken `targetMs`, at most doubled
 * and at least halved, so that one odd measurement does little harm.
 * @param elapsedMs how long `size` rows took
 */
export function nextBatchSize(size: number, elapsedMs: number, targetMs: number): number {
  const factor = Math.min(2, Math.max(0.5, targetMs / Math.max(elapsedMs, 1)));
  return Math.min(LARGEST, Math.max(SMALLEST, Math.round(size * factor)));
}
