import type { Severity } from './rule.ts';

/** One thing that is said of a script. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  /** In bytes from the beginning of the script. */
  readonly place: number;
  readonly message: string;
  /** What to write instead. */
  readonly safe: string;
}
