import type { HistoryEntry } from '../schema-migration/history/history-entry.ts';
import type { DirectProgress } from './direct-view.ts';

/** What one call of a restore came to; `applied` and `already`: the old shape is back. */
export interface RestoreAnswer {
  /** For the calls that wait for the end. */
  readonly generation: number;
  readonly rollout: string;
  readonly progress: DirectProgress;
}

/** Every restore of a rollout that has ended, oldest first. */
export interface RestoresView {
  readonly rollout: string;
  readonly restores: readonly Pick<HistoryEntry, 'author' | 'endedAt' | 'outcome' | 'reason'>[];
}
