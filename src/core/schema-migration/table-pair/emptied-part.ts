import { quoteExisting, quoteLiteral } from '../identifier.ts';
import { isPartAlone, PART_ROWS } from '../parted/truncated-part.ts';
import { otherPlace, tableAt } from './table-pair.ts';
import type { Place, TablePair } from './table-pair.ts';

/**
 * A partition was truncated by its own name: what belonged to its rows is known by what places them, which the
 * key holds.
 * @param act the statement that empties `_there`, up to the end of its conditions
 * @param echo makes the sync's own of a statement
 */
export function emptiedPart(
  pair: Pick<TablePair, 'migration' | 'placed' | 'key' | 'rows' | Place>,
  here: Place,
  act: string,
  echo: (sql: string) => readonly string[],
): readonly string[] {
  if (pair.placed[here] === null) return [];
  const there = otherPlace(here);
  const key = pair.key.map(
    (part) => `_there.${quoteExisting(part[there])} AS ${quoteExisting(part[here])}`,
  );
  const same = pair.key.map(
    (part) => `_here.${quoteExisting(part[here])} = _there.${quoteExisting(part[there])}`,
  );
  const gone =
    `${act} AND NOT EXISTS (SELECT FROM ${tableAt(pair, here)} AS _here WHERE ${same.join(' AND ')}) ` +
    `AND EXISTS (SELECT FROM (SELECT ${key.join(', ')}) _part WHERE `;
  return [
    `    IF ${isPartAlone({ schema: pair.migration.schema, name: pair[here] })} THEN`,
    ...echo(`EXECUTE ${quoteLiteral(gone)} || ${PART_ROWS} || ')'`),
    '      RETURN NULL;',
    '    END IF;',
  ];
}
