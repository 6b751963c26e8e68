import { qualified, quoteExisting } from '../identifier.ts';
import type { InfoRow, InfoState } from '../history/info-row.ts';
import { compareVersions } from './compare-versions.ts';
import type { ForeignTable } from './foreign-history.ts';
import type { ForeignEntry, ForeignMigration, ForeignTool } from './foreign-migration.ts';

/** What a file's sum is, as the tool writes it down; null where that cannot be told. */
export interface SummedMigration extends ForeignMigration {
  readonly checksum: string | null;
}

/** Another tool's history, and its files if there are any, as its own users know them. */
export function foreignRows(
  entries: readonly ForeignEntry[],
  files: readonly SummedMigration[],
): readonly InfoRow[] {
  const pending = files.filter(
    (file) => !entries.some((entry) => isOf(entry, file) && entry.success),
  );
  return [
    ...entries.map((entry, at) => carriedOut(entry, entries.slice(at + 1), files)),
    ...pending.map((file) => waiting(file, entries)),
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

/** Files whose content is not what was carried out under their name: `V1.2__a.sql: …`. */
export function changedSince(
  entries: readonly ForeignEntry[],
  files: readonly SummedMigration[],
): readonly string[] {
  return files.flatMap((file) => {
    const entry = entries.findLast((one) => isOf(one, file) && one.success);
    const why = entry === undefined ? null : differenceOf(entry, file);
    return why === null || file.version === null ? [] : [`${file.script}: ${file.key} ${why}`];
  });
}

/** Liquibase tells changesets of one name apart by their file, which may be written with other folders. */
export function isOf(entry: ForeignEntry, file: ForeignMigration): boolean {
  if (entry.tool !== file.tool || entry.key !== file.key) return false;
  if (file.tool !== 'liquibase') return true;
  const [one, other] = [entry.script, file.script].map(
    (path) => `/${path.replace(/^classpath:/, '')}`,
  );
  return one?.endsWith(other ?? '') === true || other?.endsWith(one ?? '') === true;
}

function carriedOut(
  entry: ForeignEntry,
  later: readonly ForeignEntry[],
  files: readonly SummedMigration[],
): InfoRow {
  const ofTool = files.filter(({ tool }) => tool === entry.tool);
  const file = ofTool.find((one) => isOf(entry, one));
  const note = file === undefined ? null : differenceOf(entry, file);
  return {
    category: categoryOf(entry),
    version: entry.version ?? '',
    description: entry.description,
    type: entry.tool === 'liquibase' ? 'LIQUIBASE' : entry.type,
    checksum: entry.checksum,
    installedOn: entry.at,
    state: stateOf(entry, later, ofTool.length > 0 && file === undefined, note !== null),
    durationMs: entry.durationMs,
    part: null,
    author: entry.by,
    note,
  };
}

function categoryOf({ type, version }: ForeignEntry): InfoRow['category'] {
  if (type.endsWith('BASELINE')) return 'Baseline';
  return version === null ? 'Repeatable' : 'Versioned';
}

function stateOf(
  entry: ForeignEntry,
  later: readonly ForeignEntry[],
  isMissing: boolean,
  hasChanged: boolean,
): InfoState {
  const again = later.filter(({ tool, key }) => tool === entry.tool && key === entry.key);
  if (!entry.success) return 'Failed';
  if (categoryOf(entry) === 'Baseline') return 'Baseline';
  if (again.some(({ type }) => type.startsWith('UNDO'))) return 'Undone';
  if (entry.version === null && again.length > 0) return 'Superseded';
  if (entry.version === null && hasChanged) return 'Outdated';
  return isMissing && !entry.type.startsWith('UNDO') ? 'Missing' : 'Success';
}

function differenceOf({ checksum }: ForeignEntry, file: SummedMigration): string | null {
  if (checksum === null || file.checksum === null || !isComparable(checksum, file)) return null;
  if (checksum === file.checksum) return null;
  return `has changed since it was carried out: its checksum was ${checksum}, and is ${file.checksum} now`;
}

/** Earlier Liquibases summed up in other ways, and say so by the number in front. */
const isComparable = (checksum: string, { tool }: SummedMigration): boolean =>
  tool !== 'liquibase' || checksum.startsWith('9:');

const TYPES: Readonly<Record<ForeignTool, string>> = {
  flyway: 'SQL',
  liquibase: 'LIQUIBASE',
  typeorm: 'TYPEORM',
};

const NOTHING = { installedOn: null, durationMs: null, part: null, author: null } as const;

function waiting(file: SummedMigration, entries: readonly ForeignEntry[]): InfoRow {
  return {
    category: file.version === null ? 'Repeatable' : 'Versioned',
    version: file.version ?? '',
    description: file.description,
    type: TYPES[file.tool],
    checksum: file.checksum,
    state: isBelow(file, entries) ? 'Ignored' : 'Pending',
    note: null,
    ...NOTHING,
  };
}

/** Flyway passes by a version that is lower than one that it has carried out. */
export function isBelow(file: ForeignMigration, entries: readonly ForeignEntry[]): boolean {
  if (file.tool !== 'flyway' || file.version === null) return false;
  return entries.some(
    ({ tool, version, success }) =>
      tool === 'flyway' &&
      success &&
      version !== null &&
      compareVersions(version.split(/[._]/).map(Number), file.order) > 0,
  );
}
