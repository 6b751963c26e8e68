import type { HistoryEntry } from '../../core/schema-migration/history/history-entry.ts';
import { directRollout } from '../../core/schema-migration/history/history-table.ts';

/** The name in the target's jobs and history. What was put away is carried out anew, by new jobs. */
export function directName(migration: string, history: readonly HistoryEntry[]): string {
  return numbered(migration, timesPutAway(migration, history) + 1);
}

/** The name of what was put away last; null while nothing was. */
export function directNameBefore(
  migration: string,
  history: readonly HistoryEntry[],
): string | null {
  const times = timesPutAway(migration, history);
  return times === 0 ? null : numbered(migration, times);
}

const numbered = (migration: string, time: number): string =>
  `${directRollout}:${migration}${time === 1 ? '' : `#${time}`}`;

const timesPutAway = (migration: string, history: readonly HistoryEntry[]): number =>
  history.filter((entry) => entry.migration === migration && entry.part === 'retire').length;
