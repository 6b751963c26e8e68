import { type HistoryEntry, standingOf } from './history-entry.ts';

/** Where a schema migration stands, in the words of Flyway's `info`. */
export type InfoState =
  | 'Pending'
  | 'Success'
  | 'Failed'
  | 'Rolled back'
  | 'Baseline'
  | 'Ignored'
  | 'Missing'
  | 'Outdated'
  | 'Superseded'
  | 'Undone'
  | 'Deleted'
  | 'Out of Order'
  | 'Future'
  | 'Below Baseline'
  | 'Unreadable';

/** One line of `crossfade info`. */
export interface InfoRow {
  readonly category: 'Versioned' | 'Repeatable' | 'Baseline';
  readonly version: string;
  readonly description: string;
  /** What it is written in: `CROSSFADE`, or the foreign tool's own word. */
  readonly type: string;
  /** In the tool's own form; null where it makes none. */
  readonly checksum: string | null;
  /** Epoch milliseconds; null while nothing of it was carried out. */
  readonly installedOn: number | null;
  readonly state: InfoState;
  /** Of all that was carried out since it last began; null while nothing was. */
  readonly durationMs: number | null;
  /** The last part that was carried out; null for what is done in one. */
  readonly part: string | null;
  readonly author: string | null;
  /** What a person should know about it; null when there is nothing. */
  readonly note: string | null;
}

/** All that `info` knows of a target. */
export interface InfoAnswer {
  readonly migrations: readonly InfoRow[];
  /** Files of other tools whose content is not what was carried out under their name. */
  readonly changed: readonly string[];
}

/** A schema migration that is known and may have been carried out or not. */
export interface KnownMigration {
  readonly name: string;
  readonly to: string;
  readonly checksum: string;
  /** True when its newest rollout went back. */
  readonly rolledBack: boolean;
}

/** What was carried out, in its order, then what is known and was not. */
export function infoRows(
  entries: readonly HistoryEntry[],
  known: readonly KnownMigration[],
): readonly InfoRow[] {
  const begun = [...new Set(entries.map(({ migration }) => migration))];
  const pending = known.filter(({ name }) => !begun.includes(name));
  return [
    ...begun.flatMap((name) => {
      const mine = entries.filter(({ migration }) => migration === name);
      const last = mine.at(-1);
      const meant = known.find((one) => one.name === name);
      return last === undefined ? [] : [carriedOut(mine, last, meant)];
    }),
    ...pending.map((one) => rowOf({ ...one, state: 'Pending' })),
  ];
}

function carriedOut(
  entries: readonly HistoryEntry[],
  last: HistoryEntry,
  known: KnownMigration | undefined,
): InfoRow {
  const sinceRetired = entries.slice(
    entries.slice(0, -1).findLastIndex(({ part }) => part === 'retire') + 1,
  );
  const { migration: name, versionTo: to, checksum } = last;
  const row = rowOf({ name, to, checksum, state: stateOf(entries, known) });
  return {
    ...row,
    installedOn: last.endedAt,
    durationMs: sinceRetired.reduce((sum, { durationMs }) => sum + durationMs, 0),
    part: last.part,
    author: last.author,
    note: noteOf(last, known),
  };
}

function stateOf(entries: readonly HistoryEntry[], known: KnownMigration | undefined): InfoState {
  switch (standingOf(entries)) {
    case 'failed':
      return 'Failed';
    case 'applied':
      return 'Success';
    case 'baseline':
      return 'Baseline';
    case 'retired':
      return 'Rolled back';
    case 'begun':
    case 'absent':
      return known?.rolledBack === true ? 'Rolled back' : 'Pending';
  }
}

function noteOf(last: HistoryEntry, known: KnownMigration | undefined): string | null {
  if (last.outcome === 'failed') return last.reason;
  if (known === undefined || known.checksum === last.checksum) return null;
  return `changed since: ${last.checksum} was carried out, ${known.checksum} is known now`;
}

/** `users-v1.2-add-birthdate` is described as `users v1.2 add birthdate`. */
function rowOf(
  one: Pick<KnownMigration, 'name' | 'to' | 'checksum'> & Pick<InfoRow, 'state'>,
): InfoRow {
  const { name, to, checksum, state } = one;
  return {
    category: state === 'Baseline' ? 'Baseline' : 'Versioned',
    version: to,
    description: name.replaceAll(/[-_]+/g, ' '),
    type: 'CROSSFADE',
    checksum,
    installedOn: null,
    state,
    durationMs: null,
    part: null,
    author: null,
    note: null,
  };
}
