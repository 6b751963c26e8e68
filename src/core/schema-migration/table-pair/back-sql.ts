import { quoteExisting } from '../identifier.ts';
import { outOfStep } from './judge-function.ts';
import { blankOf, isBlank, keyAt, tableAt, valueFor, valueName } from './table-pair.ts';
import type { TablePair } from './table-pair.ts';

/**
 * Carries back to the old table what was written in the new one while there was no sync, for keys whose
 * two rows are out of step.
 * @param joined SQL of both tables' rows of a range, key by key
 */
export function backSql(pair: TablePair, joined: string): readonly string[] {
  const values = pair.columns.map((column, at) => `${backOf(pair, column)} AS v${at}`);
  const keys = pair.key.map((_, at) => `_crossfade_k${at} AS k${at}`);
  const rows = (more: string): string =>
    `SELECT ${[...keys, ...values].join(', ')} FROM ${joined} _row WHERE ${outOfStep(pair)} AND ${more}`;
  if (pair.old === 'wide') return [updateWide(pair, rows('_crossfade_wide'))];
  const holdsNothing = isBlank(pair, (column) => valueName(pair, column, 'wide'));
  return [
    insertNarrow(pair, rows(`_crossfade_wide AND NOT ${holdsNothing}`)),
    deleteNarrow(pair, rows(`_crossfade_narrow AND (NOT _crossfade_wide OR ${holdsNothing})`)),
  ];
}

/** Where there is no narrow row the wide one holds blanks, if they are known. */
function backOf(pair: TablePair, column: TablePair['columns'][number]): string {
  const value = valueFor(pair, column, pair.old);
  if (pair.old === 'narrow') return value;
  const without = column.blank === null ? quoteExisting(column.pair.fed.name) : blankOf(column);
  return `CASE WHEN _crossfade_narrow THEN ${value} ELSE ${without} END`;
}

function updateWide(pair: TablePair, rows: string): string {
  const set = pair.columns.map(({ names }, at) => `${quoteExisting(names.wide)} = s.v${at}`);
  return `UPDATE ${tableAt(pair, 'wide')} AS _w SET ${set.join(', ')} FROM (${rows}) s WHERE ${isOf(pair, 'wide', '_w')}`;
}

function insertNarrow(pair: TablePair, rows: string): string {
  const key = pair.key.map((part) => quoteExisting(part.narrow));
  const names = pair.columns.map((column) => quoteExisting(column.names.narrow));
  const taken = names.map((name) => `${name} = excluded.${name}`);
  return (
    `INSERT INTO ${tableAt(pair, 'narrow')} (${[...key, ...names].join(', ')}) ${rows} ` +
    `ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${taken.join(', ')}`
  );
}

function deleteNarrow(pair: TablePair, rows: string): string {
  return `DELETE FROM ${tableAt(pair, 'narrow')} AS _n USING (${rows}) s WHERE ${isOf(pair, 'narrow', '_n')}`;
}

function isOf(pair: TablePair, place: 'wide' | 'narrow', alias: string): string {
  return keyAt(pair, place)
    .map(({ name }, at) => `${alias}.${quoteExisting(name)} = s.k${at}`)
    .join(' AND ');
}
