import { CrossfadeError } from '../../errors.ts';
import { mentionedNames, renamedIn } from '../expression.ts';
import { quoteExisting } from '../identifier.ts';
import type { AddColumn } from '../operation.ts';
import type { SchemaMigration } from '../schema-migration.ts';
import { interimColumn, replacementsOf } from './replacing.ts';

/** The column whose `up` or `down` is read. */
interface Own {
  readonly table: string;
  readonly column: string;
}

/**
 * An `up` over old columns alone: the name of a column that the migration adds becomes what that
 * column's own `up` gives.
 * @throws CrossfadeError `invalidInput` for columns that are made of each other
 */
export function upAcross(own: Own, up: string, migration: SchemaMigration): string {
  return expanded(own, up, migration, [own.column]);
}

/** @param chain names of the columns whose `up` leads here */
function expanded(
  own: Own,
  up: string,
  migration: SchemaMigration,
  chain: readonly string[],
): string {
  const place = `up of ${own.table}.${own.column}`;
  const names = mentionedNames(up, place);
  return addedBeside(own, migration)
    .filter(({ column }) => names.has(column))
    .reduce((sql, other) => {
      if (chain.includes(other.column)) throw circleOf(own.table, [...chain, other.column]);
      const through = expanded(other, other.up, migration, [...chain, other.column]);
      return renamedIn(sql, other.column, `CAST((${through}) AS ${other.type})`, place);
    }, up);
}

/**
 * A `down` over new columns: the name of one that the migration replaces becomes the place of its new
 * values until contract.
 * @throws CrossfadeError `invalidInput` when it reads what the new version does not know
 */
export function downAcross(own: Own, down: string, migration: SchemaMigration): string {
  const place = `down of ${own.table}.${own.column}`;
  const names = mentionedNames(down, place);
  for (const other of addedBeside(own, migration)) refuseHidden(place, names, other);
  return replacementsOf(migration, own.table)
    .filter(({ column }) => column !== own.column && names.has(column))
    .reduce((sql, other) => {
      const interim = quoteExisting(interimColumn(migration, other));
      return renamedIn(sql, other.column, interim, place);
    }, down);
}

/** Other columns that the migration adds to the table, kept in step with old ones. */
function addedBeside({ table, column }: Own, { operations }: SchemaMigration): AddColumn[] {
  return operations.filter(
    (one): one is AddColumn =>
      one.operation === 'addColumn' && 'up' in one && one.table === table && one.column !== column,
  );
}

/** What another column takes the place of is no part of the new version. */
function refuseHidden(place: string, names: ReadonlySet<string>, other: AddColumn): void {
  for (const [fed, sql] of Object.entries(other.down)) {
    const stays = mentionedNames(sql, place).has(fed);
    if (stays || !names.has(fed)) continue;
    throw new CrossfadeError(
      'invalidInput',
      `${place} reads ${fed}, which the new version does not know: ${other.column} takes its place. ` +
        `Read ${other.column} instead.`,
    );
  }
}

/** @param names as they lead to each other, the first one again at the end */
export function circleOf(table: string, names: readonly string[]): CrossfadeError {
  return new CrossfadeError(
    'invalidInput',
    `${names.map((name) => `${table}.${name}`).join(' reads ')}: columns cannot be made of each other. ` +
      'Put one of them into a migration that follows.',
  );
}
