import type { CloneRun } from './clean-clone.ts';
import type { KillRun } from './kill-run.ts';
import type { MutationRun } from './mutants-section.ts';
import type { Part } from './programme.ts';
import type { ScenarioRows } from './scenario-rows.ts';
import type { SqlMutant } from './sql-mutants.ts';
import type { RoundsOfWriters } from './writer-rounds.ts';

/** What a part found out; each part has one of these. */
export interface Findings {
  readonly scenario?: ScenarioRows;
  readonly kills?: readonly KillRun[];
  readonly writers?: RoundsOfWriters;
  readonly mutants?: MutationRun;
  readonly sqlMutants?: readonly SqlMutant[];
  readonly clones?: readonly CloneRun[];
}

/** What a part came to, and what was not as it should be. */
export interface Outcome {
  readonly findings: Findings;
  /** In words; empty where all was as it should be. */
  readonly failures: readonly string[];
}

/** The last run of a part, as it is kept. */
export interface PartResult extends Outcome {
  readonly part: Part;
  /** The day on which it ended, UTC: `2026-11-22`. */
  readonly on: string;
  /** What was run, abbreviated, with a `+` where not all of it was committed; null where nobody has noted it. */
  readonly commit: string | null;
  readonly machine: string;
  /** Null where nobody has noted it. */
  readonly tookMs: number | null;
  /** Circumstances that whoever reads the figures has to know, written by hand. */
  readonly note?: string;
}
