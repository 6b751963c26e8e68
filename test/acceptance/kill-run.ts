/** Work during which processes were killed again and again. */
export interface KillRun {
  readonly what: string;
  readonly seed: number;
  /** Where they died, in order. */
  readonly points: readonly string[];
  readonly outcome: string;
  /** What was not as in a run without kills; empty when all was. */
  readonly wrong: readonly string[];
  readonly durationMs: number;
}
