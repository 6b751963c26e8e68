import { CrossfadeError } from '../../errors.ts';
import type { ChangeStatement } from '../change.ts';
import { quoteExisting } from '../identifier.ts';
import { interimBack, lostConstraints, lostIndexes } from './lost.ts';
import { columnsIn, matchTables, placeOf } from './matched.ts';
import type { Matched } from './matched.ts';
import { buildPartedBack, foreignBack, isKnownByParts, partedBack } from './parted-back.ts';
import type { Catalogs, PartedBack } from './parted-back.ts';
import type { Standing, StandingConstraint } from './standing.ts';

/** The check that proves that a column holds no NULL. */
export const interimKnown = (table: string, column: number): string =>
  `_crossfade_back_${table}_${column}`;

/**
 * What stood on the old columns and has to be built again while everybody writes, in the order in which
 * one thing needs another. Each stands by itself; what has been done is left out.
 */
export function rebuild(
  was: Standing,
  is: Standing,
  catalogs: Catalogs,
): readonly ChangeStatement[] {
  const tables = matchTables(was, is);
  return [
    ...tables.flatMap((table) => {
      const parted = partedBack(table, catalogs);
      return parted === null ? indexes(table) : buildPartedBack(table, parted);
    }),
    ...tables.flatMap((table) => notNulls(table, partedBack(table, catalogs))),
    ...tables.flatMap((table) =>
      lostConstraints(table, 'check').flatMap((one) => proven(table, one)),
    ),
    ...tables.flatMap((table) => foreignKeys(table, catalogs)),
  ];
}

/** @throws CrossfadeError `refused` for what cannot be built beside writers, by name */
export function refuseUnbuildable(was: Standing, is: Standing): void {
  for (const table of matchTables(was, is)) {
    const built = lostConstraints(table, 'exclusion', 'primary', 'unique');
    const found = built.find(
      ({ kind, definition }) => kind === 'exclusion' || /WITHOUT OVERLAPS/.test(definition),
    );
    if (found === undefined) continue;
    throw new CrossfadeError(
      'refused',
      `PostgreSQL cannot build the constraint ${found.name} of ${table.was.name} again while everybody writes. ` +
        'Nothing has changed: a backup, or a change of its own, is the way back.',
    );
  }
}

function indexes(table: Matched): readonly ChangeStatement[] {
  return lostIndexes(table).flatMap((index): readonly ChangeStatement[] => {
    const interim = interimBack(index.number);
    const present = table.is.indexes.find(({ name }) => name === interim);
    if (present?.valid === true) return [];
    const where = placeOf({ schema: table.was.schema, name: interim });
    const unique = index.unique ? 'UNIQUE ' : '';
    const build = `CREATE ${unique}INDEX CONCURRENTLY ${quoteExisting(interim)} ON ${index.body}`;
    return [
      ...(present === undefined
        ? []
        : [{ sql: `DROP INDEX ${where}`, lock: 'AccessExclusive' } as const]),
      { sql: build, lock: 'ShareUpdateExclusive', words: `builds ${index.name}` },
    ];
  });
}

/** Columns on which NOT NULL is set in the last transaction: they lost it, or their parts have it besides. */
export function toBeKnown(table: Matched, parted: PartedBack | null) {
  return columnsIn(table).filter(
    ({ was, is }) =>
      was.notNull && (!is.notNull || (parted !== null && isKnownByParts(parted, was))),
  );
}

function notNulls(table: Matched, parted: PartedBack | null): readonly ChangeStatement[] {
  return toBeKnown(table, parted).flatMap(({ was }) => {
    const name = interimKnown(table.was.number, was.number);
    const words = `NOT NULL of ${table.was.name}.${was.name}`;
    return added(table, {
      name,
      words,
      definition: `CHECK (${quoteExisting(was.name)} IS NOT NULL)`,
      validated: true,
    });
  });
}

function foreignKeys(table: Matched, catalogs: Catalogs): readonly ChangeStatement[] {
  const parted = partedBack(table, catalogs);
  return lostConstraints(table, 'foreign').flatMap((one) => {
    if (parted === null || !one.validated) return proven(table, one);
    const { add, prove } = foreignBack(parted, one);
    return [...add, ...prove];
  });
}

function proven(table: Matched, constraint: StandingConstraint): readonly ChangeStatement[] {
  const { number, name, definition, validated } = constraint;
  const bare = definition.replace(/ NOT VALID$/, '');
  return added(table, { name: interimBack(number), words: name, definition: bare, validated });
}

interface Wanted {
  readonly name: string;
  readonly words: string;
  readonly definition: string;
  readonly validated: boolean;
}

/** For new rows first, which takes a moment; then for all of them. */
function added({ was, is }: Matched, wanted: Wanted): readonly ChangeStatement[] {
  const present = is.constraints.find(({ name }) => name === wanted.name);
  const alter = `ALTER TABLE ${placeOf(was)}`;
  const name = quoteExisting(wanted.name);
  return [
    ...(present === undefined
      ? [
          {
            sql: `${alter} ADD CONSTRAINT ${name} ${wanted.definition} NOT VALID`,
            lock: 'AccessExclusive',
            words: `adds ${wanted.words}`,
          } as const,
        ]
      : []),
    ...(present?.validated === true || !wanted.validated
      ? []
      : [
          {
            sql: `${alter} VALIDATE CONSTRAINT ${name}`,
            lock: 'ShareUpdateExclusive',
            words: `validates ${wanted.words}`,
          } as const,
        ]),
  ];
}
