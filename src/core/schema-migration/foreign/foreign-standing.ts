import { CrossfadeError } from '../../errors.ts';
import { compareVersions } from './compare-versions.ts';
import { versionNumbers } from './flyway-version.ts';
import {
  type ForeignEntry,
  type ForeignMigration,
  placeOf,
  toolNames,
} from './foreign-migration.ts';

/** What a file's sum is, as the tool writes it down; null where that cannot be told. */
export interface SummedMigration extends ForeignMigration {
  readonly checksum: string | null;
}

/**
 * Whether a file has nothing to do any more.
 * @throws CrossfadeError `conflict` for another content under its name, one that the tool has failed on,
 * or a version that comes too late
 */
export function isThere(entries: readonly ForeignEntry[], file: SummedMigration): boolean {
  const [changed] = changedSince(entries, [file]);
  if (changed !== undefined) {
    throw new CrossfadeError('conflict', `${changed}. Put it back, and write a new one.`);
  }
  const mine = entries.findLast((entry) => isOf(entry, file));
  if (mine?.success === false) {
    throw new CrossfadeError(
      'conflict',
      `${placeOf(file)} failed before, by ${toolNames[file.tool]} itself. Repair its history first.`,
    );
  }
  if (mine !== undefined && isCarriedOut(mine)) {
    return file.version !== null || differenceOf(mine, file) === null;
  }
  if (isBelowBaseline(file, entries)) return true;
  if (!isBelow(file, entries)) return false;
  throw new CrossfadeError(
    'conflict',
    `${file.script} comes before versions that have been carried out. Give it a higher one.`,
  );
}

/** Files whose content is not what was carried out under their name: `V1.2__a.sql has …`. */
export function changedSince(
  entries: readonly ForeignEntry[],
  files: readonly SummedMigration[],
): readonly string[] {
  return files.flatMap((file) => {
    const entry = entries.findLast((one) => isOf(one, file) && isCarriedOut(one));
    const why = entry === undefined ? null : differenceOf(entry, file);
    return why === null || file.version === null ? [] : [`${placeOf(file)} ${why}`];
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

export function isCarriedOut({ success, takenBack }: ForeignEntry): boolean {
  return success && takenBack === null;
}

/**
 * By what path Liquibase will look for a changeset: its own in the history, else one beside its neighbours there,
 * for Liquibase seldom starts in the folder from which a file is given here. As given where it has no neighbour.
 */
export function pathKept(entries: readonly ForeignEntry[], file: ForeignMigration): string {
  const own = entries.findLast((entry) => isOf(entry, file));
  if (own !== undefined) return own.script;
  const base = file.script.slice(file.script.lastIndexOf('/') + 1);
  const folders = entries
    .filter(({ tool }) => tool === 'liquibase')
    .map(({ script }) => script.slice(0, script.lastIndexOf('/') + 1))
    .toSorted((one, other) => other.length - one.length);
  const folder = folders.find((one) =>
    `/${file.script}`.endsWith(`/${one.replace(/^classpath:/, '')}${base}`),
  );
  return folder === undefined ? file.script : `${folder}${base}`;
}

/** How a file differs from what was carried out, in words; null where it does not, or nobody can tell. */
export function differenceOf({ checksum }: ForeignEntry, file: SummedMigration): string | null {
  if (checksum === null || file.checksum === null || !isComparable(checksum, file)) return null;
  if (checksum === file.checksum || isTakenFor(checksum, file)) return null;
  return `has changed since it was carried out: its checksum was ${checksum}, and is ${file.checksum} now`;
}

/** Earlier Liquibases summed up in other ways, and say so by the number in front. */
const isComparable = (checksum: string, { tool }: SummedMigration): boolean =>
  tool !== 'liquibase' || checksum.startsWith('9:');

/** `1:any` is how Liquibase's manual writes it. */
const isTakenFor = (checksum: string, { valid }: SummedMigration): boolean =>
  valid.some((one) => one === checksum || /^(1:)?any$/i.test(one));

/** Flyway passes by a version that is lower than one that it has carried out. */
export function isBelow(file: ForeignMigration, entries: readonly ForeignEntry[]): boolean {
  if (file.tool !== 'flyway' || file.version === null) return false;
  return entries.some(
    (entry) => isCarriedOut(entry) && compareVersions(versionOf(entry), file.order) > 0,
  );
}

/** Where Flyway began with a database that was there, what goes before is there as well. */
export function isBelowBaseline(file: ForeignMigration, entries: readonly ForeignEntry[]): boolean {
  if (file.tool !== 'flyway' || file.version === null) return false;
  if (file.isBaseline) return entries.some((one) => one.tool === 'flyway' && isCarriedOut(one));
  return entries.some(
    (entry) => isBaselineEntry(entry) && compareVersions(versionOf(entry), file.order) >= 0,
  );
}

export function isBaselineEntry({ tool, type }: ForeignEntry): boolean {
  return tool === 'flyway' && type.endsWith('BASELINE');
}

/** Of Flyway's lines; of others, and of what has no version, nothing. */
export function versionOf({ tool, version }: ForeignEntry): readonly bigint[] {
  return tool !== 'flyway' || version === null ? [] : versionNumbers(version);
}
