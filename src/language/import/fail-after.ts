/** So many broken windows of so many, as it is written in YAML. */
export interface FailAfter {
  readonly failures: number;
  readonly of: number;
}

const most = 1_000_000_000;

/**
 * Argo and Flagger count failures over a whole run, Crossfade among the last windows. Where the run
 * has a known number of measurements the two are one; else among so many that `failures` are more
 * than half, as Crossfade's own 3 of 5.
 */
export function failAfterTotal(failures: number, measurements: number | null): FailAfter {
  const needed = Math.min(Math.max(1, failures), most);
  const of = Math.max(needed, measurements ?? 2 * needed - 1);
  return { failures: needed, of: Math.min(of, most) };
}
