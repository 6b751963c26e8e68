import { quoteExisting, quoteIdentifier, quoteLiteral } from '../identifier.ts';
import { MOVE_VARIABLES } from '../parted/row-moves.ts';
import { tableAt } from '../table-pair/table-pair.ts';
import type { Place } from '../table-pair/table-pair.ts';
import type { ListPair } from './list-pair.ts';
import { listFunctionName } from './list-triggers.ts';

/** A trigger function with the variables that both directions use. */
export function defined(pair: ListPair, place: Place, lines: readonly string[]): string {
  const { list } = pair;
  return [
    `CREATE OR REPLACE FUNCTION ${listFunctionName(pair, place)}() RETURNS trigger LANGUAGE plpgsql AS $crossfade$`,
    '#variable_conflict use_column',
    'DECLARE',
    ...list.uses.map((one) => `  ${quoteExisting(one.name)} ${one.type};`),
    `  ${quoteIdentifier(list.column)} ${list.type}; _crossfade_now ${list.type}; _crossfade_to ${list.type};`,
    `  _crossfade_was ${list.type}; _crossfade_said ${list.type}; _crossfade_cmin bigint; _crossfade_latest bigint;`,
    `  _crossfade_back ${list.fed.type};`,
    ...pair.key.map(({ type }, at) => `  _crossfade_k${at} ${type};`),
    '  _crossfade_keys refcursor; _crossfade_there boolean; _crossfade_settings text[];',
    '  _crossfade_changed boolean := false; _crossfade_adopt boolean := false; _crossfade_moved boolean := false;',
    '  _crossfade_undone boolean := false;',
    `  _crossfade_side text := coalesce(current_setting('crossfade.side', true), '');`,
    `  _crossfade_echo text := coalesce(current_setting('crossfade.echo', true), '');`,
    '  _crossfade_kind text; _crossfade_direction text; _crossfade_message text;',
    ...(place === 'wide' && pair.placed.wide !== null ? MOVE_VARIABLES : []),
    'BEGIN',
    ...lines,
    'END $crossfade$',
  ].join('\n');
}

export const usesOf = ({ list }: ListPair, row = ''): string =>
  list.uses.map(({ name }) => `${row}${quoteExisting(name)}`).join(', ');

/** The row of the old table, `_row`, whose key NEW or OLD has. */
export function isRow(pair: ListPair, row: 'NEW' | 'OLD'): string {
  return pair.key
    .map(({ wide }) => `_row.${quoteExisting(wide)} = ${row}.${quoteExisting(wide)}`)
    .join(' AND ');
}

/** The sync's own statements, which nobody hears. What a constraint refuses is noted, not raised. */
export function echoed(pair: ListPair, statements: readonly string[]): readonly string[] {
  return [
    '    BEGIN',
    `    PERFORM set_config('crossfade.echo', ${quoteLiteral(`${pair.id}:`)} || pg_trigger_depth(), true);`,
    ...statements.map((one) => `    ${one};`),
    `    PERFORM set_config('crossfade.echo', _crossfade_echo, true);`,
    '    EXCEPTION',
    // Whoever wrote has to begin anew.
    '      WHEN deadlock_detected OR serialization_failure OR lock_not_available THEN RAISE;',
    `      WHEN OTHERS THEN _crossfade_kind := 'error'; _crossfade_message := SQLERRM;`,
    `        _crossfade_direction := coalesce(_crossfade_direction, 'up');`,
    '    END;',
  ];
}

/** An update of no row sets off the statement trigger that keeps the note, with its owner's rights. */
export function filed(pair: ListPair, key: readonly string[]): readonly string[] {
  const fed = quoteExisting(pair.list.fed.name);
  return [
    '  IF _crossfade_kind IS NOT NULL THEN',
    `    PERFORM set_config('crossfade.trouble', json_build_object('kind', _crossfade_kind,`,
    `      'direction', _crossfade_direction, 'message', left(_crossfade_message, 500),`,
    `      'key', json_build_array(${key.map((one) => `${one}::text`).join(', ')}))::text, true);`,
    `    UPDATE ${tableAt(pair, 'wide')} AS _row SET ${fed} = NULL WHERE false;`,
    '  END IF;',
  ];
}
