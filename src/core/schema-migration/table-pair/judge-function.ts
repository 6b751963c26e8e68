import { quoteExisting, quoteIdentifier, quoteLiteral } from '../identifier.ts';
import { settingClauses } from '../expression-settings.ts';
import { downOf, upOf } from '../sync-trigger.ts';
import { allOf, anyOf, differsAt, isBlank, otherPlace, valueName } from './table-pair.ts';
import type { TablePair } from './table-pair.ts';

export function judgeFunctionName(pair: TablePair): string {
  return `crossfade.pair_${pair.id}`;
}

/**
 * Judges one key without ever failing: whether there is a wide and a narrow row, what the old one
 * holds, what the new one holds. Yields `v0`, `v1`, … (what `up` gives), and, unless all is well, a
 * fault: `error`, `difference` or `loss`, as for a pair of columns.
 */
export function createJudgeFunction(pair: TablePair): string {
  const fresh = pair.columns.map((column) => column.pair);
  const parameters = [
    '_crossfade_wide boolean',
    '_crossfade_narrow boolean',
    ...pair.uses.map((one) => `${quoteExisting(one.name)} ${one.type}`),
    ...fresh.map((one) => `${quoteIdentifier(one.column)} ${one.type}`),
    ...fresh.map((one, at) => `OUT _crossfade_v${at} ${one.type}`),
    'OUT _crossfade_fault text',
    'OUT _crossfade_direction text',
    'OUT _crossfade_message text',
  ];
  return [
    `CREATE OR REPLACE FUNCTION ${judgeFunctionName(pair)}(${parameters.join(', ')})`,
    `RETURNS record LANGUAGE plpgsql ${settingClauses(pair.migration)} AS $crossfade$`,
    '#variable_conflict use_variable',
    'BEGIN',
    '  IF NOT _crossfade_wide THEN',
    `    _crossfade_fault := 'loss'; _crossfade_direction := '${pair.old === 'narrow' ? 'up' : 'down'}';`,
    `    _crossfade_message := ${quoteLiteral(`there is no row of ${pair.wide} with this key`)};`,
    '    RETURN;',
    '  END IF;',
    `  _crossfade_direction := 'up';`,
    ...fresh.map((one, at) => `  _crossfade_v${at} := ${upOf(one)};`),
    `  IF ${outOfStep(pair, (at) => `_crossfade_v${at}`)} THEN`,
    `    _crossfade_fault := 'difference';`,
    `    _crossfade_message := CASE WHEN _crossfade_narrow THEN 'the two tables hold different values'`,
    `      ELSE ${quoteLiteral(`there is no row in ${pair.narrow}`)} END;`,
    '    RETURN;',
    '  END IF;',
    `  _crossfade_direction := 'down';`,
    ...pair.columns.flatMap((column) => [
      `  IF _crossfade_narrow AND NOT ${emptyAndBlank(pair)} AND ${notBack(pair, column)} THEN`,
      `    _crossfade_fault := 'loss';`,
      `    _crossfade_message := format('down gives back %L, the old column holds %L', ${downOf(column.pair)}, ${quoteExisting(column.pair.fed.name)});`,
      '  END IF;',
    ]),
    'EXCEPTION WHEN OTHERS THEN',
    `  _crossfade_fault := 'error'; _crossfade_message := SQLERRM;`,
    'END $crossfade$',
  ].join('\n');
}

/**
 * True, in SQL, where the two rows of a key do not belong together, names as the expressions know them.
 * @param up SQL of what `up` gives for a column
 */
export function outOfStep(
  pair: TablePair,
  up: (at: number) => string = (at) => upOf(fetched(pair, at)),
): string {
  const differs = anyOf(
    pair.columns.map((column, at) =>
      differsAt(column, otherPlace(pair.old), up(at), newName(pair, column)),
    ),
  );
  return (
    `(CASE WHEN NOT _crossfade_wide THEN true WHEN NOT _crossfade_narrow THEN NOT ${blank(pair)} ` +
    `ELSE ${differs} AND NOT ${emptyAndBlank(pair)} END)`
  );
}

/** True, in SQL, where the new values would not give back the old ones. */
export function losing(pair: TablePair): string {
  const lost = pair.columns.filter(({ same }) => !same).map((column) => notBack(pair, column));
  return `(_crossfade_wide AND _crossfade_narrow AND ${anyOf(lost)} AND NOT ${emptyAndBlank(pair)})`;
}

/** True, in SQL, where `down` gives another value than the old one. */
export function notBack({ old }: TablePair, column: TablePair['columns'][number]): string {
  return differsAt(column, old, downOf(column.pair), quoteExisting(column.pair.fed.name));
}

const blank = (pair: TablePair): string =>
  isBlank(pair, (column) => valueName(pair, column, 'wide'));

/** No value on the narrow side, nothing but blanks on the wide one. */
function emptyAndBlank(pair: TablePair): string {
  const empty = pair.columns.map((column) => `${valueName(pair, column, 'narrow')} IS NULL`);
  return allOf([...empty, blank(pair)]);
}

const newName = (pair: TablePair, column: TablePair['columns'][number]): string =>
  valueName(pair, column, otherPlace(pair.old));

function fetched(pair: TablePair, at: number) {
  const column = pair.columns[at];
  if (column === undefined) throw new RangeError(`There is no column ${at}.`);
  return column.pair;
}
