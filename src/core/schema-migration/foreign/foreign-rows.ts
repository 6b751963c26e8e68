import { qualified, quoteExisting } from '../identifier.ts';
import type { InfoRow, InfoState } from '../history/info-row.ts';
import { compareVersions } from './compare-versions.ts';
import type { ForeignTable } from './foreign-history.ts';
import type { ForeignEntry, ForeignTool } from './foreign-migration.ts';
import {
  differenceOf,
  isBaselineEntry,
  isBelow,
  isBelowBaseline,
  isCarriedOut,
  isOf,
  type SummedMigration,
  versionOf,
} from './foreign-standing.ts';

/** Another tool's history, and its files if there are any, as its own users know them. */
export function foreignRows(
  entries: readonly ForeignEntry[],
  files: readonly SummedMigration[],
): readonly InfoRow[] {
  const pending = files
    .filter((file) => !entries.some((entry) => isOf(entry, file) && entry.takenBack === null))
    .map((file) => waiting(file, entries));
  const isBefore = ({ state }: InfoRow): boolean => state === 'Below Baseline';
  const late = outOfOrder(entries);
  return [
    ...pending.filter(isBefore),
    ...entries.map((entry, at) => carriedOut(entry, { entries, at, files, late })),
    ...pending.filter((row) => !isBefore(row)),
  ];
}

/** Histories of which there is nothing to tell but where they are. */
export function unreadableRows(tables: readonly ForeignTable[]): readonly InfoRow[] {
  return tables
    .filter(({ readable }) => !readable)
    .map(({ tool, schema, name }) => ({
      ...NOTHING,
      category: 'Versioned',
      version: '',
      description: `${schema}.${name}`,
      type: TYPES[tool],
      checksum: null,
      state: 'Unreadable',
      note: `the role may not read it: GRANT USAGE ON SCHEMA ${quoteExisting(schema)}, and SELECT ON ${qualified(schema, name)}`,
    }));
}

/** A line with what goes before and behind it, and the files that it may belong to. */
interface Place {
  readonly entries: readonly ForeignEntry[];
  readonly at: number;
  readonly files: readonly SummedMigration[];
  /** A higher version had been carried out when they came. */
  readonly late: ReadonlySet<ForeignEntry>;
}

function carriedOut(entry: ForeignEntry, place: Place): InfoRow {
  const file = place.files.find((one) => isOf(entry, one));
  const note = file === undefined || isPast(entry, place) ? null : differenceOf(entry, file);
  const isAgain = entry.version === null || (file !== undefined && file.version === null);
  return {
    category: isBaselineEntry(entry) ? 'Baseline' : isAgain ? 'Repeatable' : 'Versioned',
    version: entry.version ?? '',
    description: entry.description,
    type: entry.tool === 'liquibase' ? 'LIQUIBASE' : entry.type,
    checksum: entry.checksum,
    installedOn: entry.at,
    state: stateOf(entry, place, isAgain && note !== null),
    durationMs: entry.durationMs,
    part: null,
    author: entry.by,
    note,
  };
}

/** In the order of importance that Flyway gives them. */
function stateOf(entry: ForeignEntry, place: Place, isOutdated: boolean): InfoState {
  if (entry.takenBack !== null) return entry.takenBack === 'undone' ? 'Undone' : 'Deleted';
  if (isBaselineEntry(entry)) return 'Baseline';
  if (!entry.success) return 'Failed';
  if (isPast(entry, place)) return 'Superseded';
  if (isOutdated) return 'Outdated';
  return absence(entry, place) ?? (place.late.has(entry) ? 'Out of Order' : 'Success');
}

/** True for what was taken back, or has run again since. */
function isPast({ tool, key, version, takenBack }: ForeignEntry, { entries, at }: Place): boolean {
  const isSame = (one: ForeignEntry): boolean => one.tool === tool && one.key === key;
  return takenBack !== null || (version === null && entries.slice(at + 1).some(isSame));
}

/** Among files that do not have it: those are older than the database, or it is gone from them. */
function absence(entry: ForeignEntry, { files }: Place): InfoState | null {
  const ofTool = files.filter(({ tool }) => tool === entry.tool);
  if (ofTool.length === 0 || ofTool.some((one) => isOf(entry, one))) return null;
  const isNewer = ofTool.every(
    ({ version, order }) => version === null || compareVersions(versionOf(entry), order) > 0,
  );
  return entry.tool === 'flyway' && entry.version !== null && isNewer ? 'Future' : 'Missing';
}

function outOfOrder(entries: readonly ForeignEntry[]): ReadonlySet<ForeignEntry> {
  const late = new Set<ForeignEntry>();
  let highest: readonly bigint[] = [];
  for (const entry of entries) {
    const version = versionOf(entry);
    if (version.length === 0) continue;
    if (compareVersions(version, highest) < 0) late.add(entry);
    else if (isCarriedOut(entry)) highest = version;
  }
  return late;
}

const TYPES: Readonly<Record<ForeignTool, string>> = {
  flyway: 'SQL',
  liquibase: 'LIQUIBASE',
  typeorm: 'TYPEORM',
};

const NOTHING = { installedOn: null, durationMs: null, part: null, author: null } as const;

function waiting(file: SummedMigration, entries: readonly ForeignEntry[]): InfoRow {
  return {
    category: file.isBaseline ? 'Baseline' : file.version === null ? 'Repeatable' : 'Versioned',
    version: file.version ?? '',
    description: file.description,
    type: file.isBaseline ? 'SQL_BASELINE' : TYPES[file.tool],
    checksum: file.checksum,
    state: stateBefore(file, entries),
    note: null,
    ...NOTHING,
  };
}

function stateBefore(file: SummedMigration, entries: readonly ForeignEntry[]): InfoState {
  if (isBelowBaseline(file, entries)) return file.isBaseline ? 'Ignored' : 'Below Baseline';
  return isBelow(file, entries) ? 'Ignored' : 'Pending';
}
