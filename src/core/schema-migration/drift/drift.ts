import { driftWords } from './catalog-diff.ts';

/** What others have changed about a migration's tables since Crossfade last did. */
export interface Drift {
  readonly migration: string;
  /** The part after which it was still as Crossfade left it. */
  readonly since: string;
  /** Each change in words; never empty. */
  readonly changes: readonly string[];
}

/** The stable code of a hold that waits for somebody to look at a drift. */
export const driftHold = 'drift';

/** For a person: what has changed, and what can be done about it. */
export function wordsOf({ migration, since, changes }: Drift): string {
  return (
    `drift: others have changed the tables of ${migration} since ${since}: ${driftWords(changes)}. ` +
    `Put it back, or take it for good: crossfade drift --target TARGET --accept ${migration}`
  );
}

/** What `crossfade drift` shows of a target. */
export interface DriftView {
  readonly drift: readonly Drift[];
  /** Why nothing refuses a foreign DROP of what Crossfade owns; null when something does, or need not. */
  readonly guard: string | null;
}
