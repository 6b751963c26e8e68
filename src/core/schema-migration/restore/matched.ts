import { CrossfadeError } from '../../errors.ts';
import { quoteExisting } from '../identifier.ts';
import type { Standing, StandingColumn, StandingTable } from './standing.ts';

/** A table then and now. */
export interface Matched {
  readonly was: StandingTable;
  readonly is: StandingTable;
}

/**
 * Finds each table, and each of its columns, again.
 * @throws CrossfadeError `refused` for what was dropped since, by name
 */
export function matchTables(was: Standing, is: Standing): readonly Matched[] {
  return was.tables.map((then) => {
    const now = is.tables.find(({ number }) => number === then.number);
    if (now === undefined) throw gone(`table ${then.schema}.${then.name}`);
    const lost = then.columns.find((one) => columnOf(now, one.number) === undefined);
    if (lost !== undefined) throw gone(`column ${then.schema}.${then.name}.${lost.name}`);
    return { was: then, is: now };
  });
}

function gone(what: string): CrossfadeError {
  return new CrossfadeError(
    'refused',
    `The ${what} was dropped, so the old shape cannot be brought back. A backup holds what it was.`,
  );
}

function columnOf(table: StandingTable, number: number): StandingColumn | undefined {
  return table.columns.find((one) => one.number === number);
}

/** Columns that are there now and were then, in pairs. */
export function columnsIn({ was, is }: Matched) {
  return was.columns.flatMap((then) => {
    const now = columnOf(is, then.number);
    return now === undefined ? [] : [{ was: then, is: now }];
  });
}

export const placeOf = ({ schema, name }: Pick<StandingTable, 'schema' | 'name'>): string =>
  `${quoteExisting(schema)}.${quoteExisting(name)}`;
