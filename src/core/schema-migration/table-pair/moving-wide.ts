import { quoteExisting } from '../identifier.ts';
import type { KeyColumns } from '../key-sql.ts';
import type { MovingRows } from '../parted/row-moves.ts';
import { scratchColumns, tableAt } from './table-pair.ts';
import type { Place, TablePair } from './table-pair.ts';
import { echoed } from './write.ts';

/**
 * The wide rows, where they move between partitions: the narrow row goes along. Of a narrow row nothing has to
 * be kept that is not in it, so there a DELETE and an INSERT do.
 */
export function movingWide(pair: TablePair): MovingRows | null {
  const others = [
    ...pair.columns.map(({ names, types }) => ({ name: names.wide, type: types.wide })),
    ...(pair.old === 'wide' ? scratchColumns(pair) : []),
  ];
  return movingRows(pair, others, (sql) => echoed(pair, 'wide', [sql]));
}

/**
 * Null where the wide table is not partitioned.
 * @param others columns of it that the sync asks about, besides its key
 * @param echo makes the sync's own of a statement
 */
export function movingRows(
  pair: Pick<TablePair, 'id' | 'migration' | 'placed' | 'key' | 'rows' | Place>,
  others: KeyColumns,
  echo: (sql: string) => readonly string[],
): MovingRows | null {
  const placed = pair.placed.wide;
  if (placed === null) return null;
  const key = pair.key.map(({ wide, type }) => ({ name: wide, type }));
  const isLeft = (place: Place, alias: string): string =>
    pair.key
      .map((part, at) => {
        const name = `${alias}.${quoteExisting(part[place])}`;
        return `${name} = CAST(_crossfade_left[${at + 1}] AS ${part.type})`;
      })
      .join(' AND ');
  return {
    id: pair.id,
    table: tableAt(pair, 'wide'),
    placed,
    key,
    asked: [...new Map([...key, ...others].map((one) => [one.name, one])).values()],
    forget: echo(
      `DELETE FROM ${tableAt(pair, 'narrow')} AS _there WHERE ${isLeft('narrow', '_there')} ` +
        `AND NOT EXISTS (SELECT FROM ${tableAt(pair, 'wide')} AS _here WHERE ${isLeft('wide', '_here')})`,
    ),
  };
}
