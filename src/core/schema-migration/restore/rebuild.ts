import { CrossfadeError } from '../../errors.ts';
import type { ChangeStatement } from '../change.ts';
import { quoteExisting } from '../identifier.ts';
import { columnsIn, matchTables, placeOf } from './matched.ts';
import type { Matched } from './matched.ts';
import type { Standing, StandingConstraint, StandingIndex } from './standing.ts';

/** Under this name a thing is built beside what has its name now. */
export const interimBack = (number: string | number): string => `_crossfade_back_${number}`;

/** The check that proves that a column holds no NULL. */
export const interimKnown = (table: string, column: number): string =>
  `_crossfade_back_${table}_${column}`;

/**
 * What stood on the old columns and has to be built again while everybody writes, in the order in which
 * one thing needs another. Each stands by itself; what has been done is left out.
 */
export function rebuild(was: Standing, is: Standing): readonly ChangeStatement[] {
  const tables = matchTables(was, is);
  return [
    ...tables.flatMap(indexes),
    ...tables.flatMap(notNulls),
    ...tables.flatMap((table) => constraints(table, 'check')),
    ...tables.flatMap((table) => constraints(table, 'foreign')),
  ];
}

/** @throws CrossfadeError `refused` for what cannot be built beside writers, by name */
export function refuseUnbuildable(was: Standing, is: Standing): void {
  for (const table of matchTables(was, is).filter(({ was: then }) => then.partitioned)) {
    const [index] = lostIndexes(table);
    if (index === undefined) continue;
    throw new CrossfadeError(
      'refused',
      `${table.was.name} is partitioned, and PostgreSQL cannot build its index ${index.name} again while everybody ` +
        'writes. Nothing has changed: a backup, or a change of its own, is the way back.',
    );
  }
}

/** Indexes that are gone, or go with a constraint that did not stand before. */
export function lostIndexes({ was, is }: Matched): readonly StandingIndex[] {
  return was.indexes.filter((then) => {
    const now = is.indexes.find(({ number }) => number === then.number);
    if (now === undefined) return true;
    const owner = is.constraints.find(({ index }) => index === now.number);
    return owner !== undefined && was.constraints.every(({ number }) => number !== owner.number);
  });
}

export function lostConstraints(
  { was, is }: Matched,
  ...kinds: readonly StandingConstraint['kind'][]
): readonly StandingConstraint[] {
  return was.constraints.filter(
    ({ number, kind }) =>
      kinds.includes(kind) && is.constraints.every((now) => now.number !== number),
  );
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

function notNulls(table: Matched): readonly ChangeStatement[] {
  return columnsIn(table)
    .filter(({ was, is }) => was.notNull && !is.notNull)
    .flatMap(({ was }) => {
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

function constraints(table: Matched, kind: 'check' | 'foreign'): readonly ChangeStatement[] {
  return lostConstraints(table, kind).flatMap(({ number, name, definition, validated }) => {
    const bare = definition.replace(/ NOT VALID$/, '');
    return added(table, { name: interimBack(number), words: name, definition: bare, validated });
  });
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
