import { qualified, quoteExisting } from '../identifier.ts';
import { rowsOfUnit, type UnitRows } from '../unit-rows.ts';
import { otherPlace, type Place, type TablePair } from './table-pair.ts';

const places = ['wide', 'narrow'] as const;

/**
 * The same pair with the rows of one unit, and of the table that does not know it those under their keys;
 * null where neither does.
 */
export function ofUnit<T extends Pick<TablePair, 'migration' | 'key' | 'rows' | Place>>(
  pair: T,
  unit: UnitRows,
): T | null {
  const { schema } = pair.migration;
  const home = places.find((place) => rowsOfUnit(schema, pair[place], unit) !== null);
  if (home === undefined) return null;
  const mine = rowsOfUnit(schema, pair[home], unit) ?? '';
  const other = otherPlace(home);
  const same = pair.key.map(
    (part) => `_u.${quoteExisting(part[home])} = _o.${quoteExisting(part[other])}`,
  );
  const theirs =
    `(SELECT * FROM ${qualified(schema, pair[other])} AS _o ` +
    `WHERE EXISTS (SELECT FROM ${mine} AS _u WHERE ${same.join(' AND ')}))`;
  return { ...pair, rows: { wide: mine, narrow: mine, [other]: theirs } };
}
