import type { ScenarioResult } from '../../src/demo/report/scenario-result.ts';

/** From the first operation that was hit to the last one on the new side: the median's limit. */
export const arrivalLimitMs = 5_000;

/** Of each run that was rolled back: milliseconds from the first fault to the arrival. */
export function arrivalsMs(results: readonly ScenarioResult[]): readonly number[] {
  return since(results, ({ rollbackArrivedAtMs }) => rollbackArrivedAtMs);
}

/** Of each run that was rolled back: milliseconds from the first fault to the decision. */
export function detectionsMs(results: readonly ScenarioResult[]): readonly number[] {
  return since(results, ({ detectedAtMs }) => detectedAtMs);
}

/** The middle value, or the mean of the two in the middle. Throws for an empty list. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  if (upper === undefined || lower === undefined) throw new RangeError('no values, no median');
  return (upper + lower) / 2;
}

function since(
  results: readonly ScenarioResult[],
  end: (result: ScenarioResult) => number | null,
): readonly number[] {
  return results.flatMap((result) => {
    const at = end(result);
    return at === null || result.faultAtMs === null ? [] : [at - result.faultAtMs];
  });
}
