import type { Rehearsal } from '../schema-migration/rehearsal/rehearsal.ts';

/** How far the rehearsal of one migration is; null while it goes on. */
export interface RehearsalProgress {
  readonly migration: string;
  readonly report: Rehearsal | null;
}

/** What one call of a rehearsal came to. */
export interface RehearsalAnswer {
  /** For the calls that wait for the end. */
  readonly generation: number;
  readonly rehearsals: readonly RehearsalProgress[];
}
