import { downDiffers, upDiffers } from './changed-in.ts';
import type { ColumnPair } from './column-pair.ts';
import { quoteExisting, quoteIdentifier, quoteLiteral } from './identifier.ts';
import { isPastReturn, NO_RETURN, pastReturnMessage } from './point-of-no-return.ts';
import { settingClauses } from './expression-settings.ts';
import { downOf, upOf, variablesOf } from './sync-trigger.ts';

/** Arguments of a pair's function: the old columns it uses, then the new one. */
export function pairFunctionName(pair: ColumnPair, schema = 'crossfade'): string {
  return `${schema}.pair_${pair.id}`;
}

/**
 * Judges one row without ever failing: the slow, safe twin of the set-based statements, used for
 * the rows that those trip over. Yields `value` (what `up` gives), and, unless all is well, `fault`:
 * `error` (an expression fails; `state` is its SQLSTATE), `difference` (`up(old)` is not the new
 * value), `loss` (the pair agrees, but `down` does not lead back) or `noReturn` (the new value lies past
 * the point of no return).
 */
export function createPairFunction(pair: ColumnPair, schema = 'crossfade'): string {
  const column = quoteIdentifier(pair.column);
  const fed = quoteExisting(pair.fed.name);
  const parameters = [
    ...pair.uses.map((one) => `${quoteExisting(one.name)} ${one.type}`),
    `${column} ${pair.type}`,
    `OUT _crossfade_value ${pair.type}`,
    'OUT _crossfade_fault text',
    'OUT _crossfade_direction text',
    'OUT _crossfade_state text',
    'OUT _crossfade_message text',
  ];
  return [
    `CREATE OR REPLACE FUNCTION ${pairFunctionName(pair, schema)}(${parameters.join(', ')})`,
    `RETURNS record LANGUAGE plpgsql ${settingClauses(pair.migration)} AS $crossfade$`,
    '#variable_conflict use_variable',
    'DECLARE',
    `  _crossfade_back ${pair.fed.type};`,
    // Of parameters PostgreSQL takes the collation from the call, one for all of them.
    ...variablesOf(pair)
      .filter(({ collated }) => collated)
      .map(({ name, type }) => `  ${name} ${type} := pair_${pair.id}.${name};`),
    'BEGIN',
    ...judgedByValue(pair),
    `  _crossfade_direction := 'up';`,
    `  _crossfade_value := ${upOf(pair)};`,
    `  IF ${pair.lossy !== 'down'} AND ${upDiffers(pair, '_crossfade_value', column)} THEN`,
    `    _crossfade_fault := 'difference';`,
    `    _crossfade_message := format('up gives %L, the new column holds %L', _crossfade_value, ${column});`,
    '  END IF;',
    `  _crossfade_direction := 'down';`,
    `  _crossfade_back := ${downOf(pair)};`,
    ...downJudged(pair),
    `  IF _crossfade_fault IS NULL AND ${pair.lossy === 'no'} AND ${downDiffers(pair, '_crossfade_back', fed)} THEN`,
    `    _crossfade_fault := 'loss';`,
    `    _crossfade_message := format('down gives back %L, the old column holds %L', _crossfade_back, ${fed});`,
    '  END IF;',
    'EXCEPTION WHEN OTHERS THEN',
    `  _crossfade_fault := coalesce(_crossfade_fault, 'error');`,
    '  _crossfade_state := SQLSTATE; _crossfade_message := coalesce(_crossfade_message, SQLERRM);',
    'END $crossfade$',
  ].join('\n');
}

/** Past the point of no return the two shapes have nothing to say to each other any more. */
function judgedByValue(pair: ColumnPair): readonly string[] {
  const past = isPastReturn(pair);
  if (past === null) return [];
  return [
    `  IF ${past} THEN`,
    `    _crossfade_fault := '${NO_RETURN}'; _crossfade_direction := 'down';`,
    `    _crossfade_message := ${quoteLiteral(pastReturnMessage(pair))};`,
    '    RETURN;',
    '  END IF;',
  ];
}

/** Where values may be lost on the way, what `down` gives decides as well (see `differs`). */
function downJudged(pair: ColumnPair): readonly string[] {
  const fed = quoteExisting(pair.fed.name);
  if (pair.lossy === 'both') {
    return [
      `  IF NOT (${downDiffers(pair, '_crossfade_back', fed)}) THEN`,
      '    _crossfade_fault := NULL; _crossfade_message := NULL;',
      '  END IF;',
    ];
  }
  if (pair.lossy !== 'down') return [];
  return [
    `  IF ${downDiffers(pair, '_crossfade_back', fed)} THEN`,
    `    _crossfade_fault := 'difference';`,
    `    _crossfade_message := format('down gives %L, the old column holds %L', _crossfade_back, ${fed});`,
    '  END IF;',
  ];
}

/** The function's call on a table's own row; `added` stands for the new column. */
export function callPair(pair: ColumnPair, added = quoteIdentifier(pair.column)): string {
  const values = [...pair.uses.map((one) => quoteExisting(one.name)), added];
  return `${pairFunctionName(pair)}(${values.join(', ')})`;
}
