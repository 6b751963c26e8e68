import { quoteIdentifier } from '../schema-migration/identifier.ts';
import { mostListedUnits } from './freeze-units.ts';
import type { Policy, RingCondition, UnitSource } from './policy.ts';

/** A statement over the unit table with its values. One row more than allowed tells a list that is too long. */
export interface UnitQuery {
  readonly sql: string;
  readonly values: readonly (readonly string[])[];
}

/** More units than this are not listed for people. */
export const mostShownUnits = 100_000;

type Source = UnitSource & Pick<Policy['schemaMigration'], 'schema'>;

/** The ids of units whose columns hold one of the given texts each, as `unit`. NULL meets no condition. */
export function ringQuery(source: Source, where: RingCondition): UnitQuery {
  const columns = Object.entries(where);
  const conditions = columns.map(
    ([column], index) => `${quoteIdentifier(column)}::text = ANY($${index + 1}::text[])`,
  );
  return {
    sql: `${idsOf(source)} WHERE ${conditions.join(' AND ')} ORDER BY 1 LIMIT ${mostListedUnits + 1}`,
    values: columns.map(([, texts]) => texts),
  };
}

/** Each unit that moves with another one, as `unit` and `leader`. */
export function followersQuery(source: Source, together: string): UnitQuery {
  const [id, leader] = [quoteIdentifier(source.id), quoteIdentifier(together)];
  return {
    sql:
      `SELECT ${id}::text AS unit, ${leader}::text AS leader FROM ${tableOf(source)} ` +
      `WHERE ${leader} IS NOT NULL AND ${leader} <> ${id} ORDER BY 1 LIMIT ${mostListedUnits + 1}`,
    values: [],
  };
}

/** All units, as `unit`. */
export function unitsQuery(source: Source): UnitQuery {
  return { sql: `${idsOf(source)} ORDER BY 1 LIMIT ${mostShownUnits + 1}`, values: [] };
}

function idsOf(source: Source): string {
  return `SELECT DISTINCT ${quoteIdentifier(source.id)}::text AS unit FROM ${tableOf(source)}`;
}

function tableOf({ schema, table }: Source): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`;
}
