import { upDiffers } from '../changed-in.ts';
import { quoteExisting, quoteIdentifier, quoteLiteral } from '../identifier.ts';
import { upOf } from '../sync-trigger.ts';
import { tableAt } from '../table-pair/table-pair.ts';
import { underSettings } from '../table-pair/under-settings.ts';
import { defined, echoed, filed, usesOf } from './function-parts.ts';
import type { ListPair } from './list-pair.ts';

/**
 * Rows of lists were written. Of each list the old row is locked before its rows are read, so that of two
 * transactions that write the same list the second one sees what the first one wrote.
 */
export function createNarrowFunction(pair: ListPair): string {
  const [wide, fed] = [tableAt(pair, 'wide'), quoteExisting(pair.list.fed.name)];
  const keys = pair.key.map((_, at) => `_crossfade_k${at}`);
  const ofKey = (row: string, place: 'wide' | 'narrow'): string =>
    pair.key.map((part, at) => `${row}.${quoteExisting(part[place])} = ${keys[at]}`).join(' AND ');
  const now = `(SELECT array_agg(_e.${quoteExisting(pair.value)} ORDER BY _e.${quoteExisting(pair.position)}) FROM ${tableAt(pair, 'narrow')} AS _e WHERE ${ofKey('_e', 'narrow')})`;
  const why = quoteLiteral(`there is no row of ${pair.wide} with this key`);
  return defined(pair, 'narrow', [
    ...opened(pair),
    '  LOOP',
    `    FETCH _crossfade_keys INTO ${keys.join(', ')};`,
    '    EXIT WHEN NOT FOUND;',
    "    _crossfade_kind := NULL; _crossfade_direction := 'down'; _crossfade_changed := false;",
    `    SELECT ${usesOf(pair, '_row.')} INTO ${usesOf(pair)} FROM ${wide} AS _row WHERE ${ofKey('_row', 'wide')} FOR NO KEY UPDATE;`,
    '    _crossfade_there := FOUND;',
    `    _crossfade_now := ${now};`,
    '    IF NOT _crossfade_there THEN',
    `      IF _crossfade_now IS NOT NULL THEN _crossfade_kind := 'loss'; _crossfade_message := ${why}; END IF;`,
    '    ELSE',
    ...underSettings(pair.migration, carried(pair)),
    '    IF _crossfade_changed THEN',
    ...echoed(pair, [
      `UPDATE ${wide} AS _row SET ${fed} = _crossfade_back WHERE ${ofKey('_row', 'wide')}`,
    ]),
    '    END IF;',
    '    END IF;',
    ...filed(pair, keys),
    '  END LOOP;',
    '  CLOSE _crossfade_keys;',
    '  RETURN NULL;',
  ]);
}

/** The old value is replaced only when it says something else, and when `up` leads back from the new one. */
function carried(pair: ListPair): readonly string[] {
  const { list } = pair;
  const fed = quoteExisting(list.fed.name);
  return [
    '    BEGIN',
    `      ${quoteIdentifier(list.column)} := _crossfade_now;`,
    '      BEGIN',
    `        _crossfade_changed := ${upDiffers(list, upOf(list), '_crossfade_now')};`,
    `      EXCEPTION WHEN OTHERS THEN _crossfade_changed := TG_OP <> 'TRUNCATE';`,
    '      END;',
    '      IF _crossfade_changed THEN',
    `        _crossfade_back := CAST((${pair.written}) AS ${list.fed.type});`,
    `        ${fed} := _crossfade_back;`,
    `        IF ${upDiffers(list, upOf(list), '_crossfade_now')}${list.fed.notNull ? ' OR _crossfade_back IS NULL' : ''} THEN`,
    `          _crossfade_kind := 'loss'; _crossfade_changed := false;`,
    `          _crossfade_message := format('down gives %L, which does not lead back to %L', _crossfade_back, _crossfade_now);`,
    '        END IF;',
    '      END IF;',
    '    EXCEPTION WHEN OTHERS THEN',
    `      _crossfade_changed := false; _crossfade_kind := 'error'; _crossfade_message := SQLERRM;`,
    '    END;',
  ];
}

/** Keys of the lists that a statement wrote, in one order, so that two statements do not lock crosswise. */
function opened(pair: ListPair): readonly string[] {
  const names = (place: 'wide' | 'narrow') =>
    pair.key.map((part) => quoteExisting(part[place])).join(', ');
  const keys = names('narrow');
  const from = (table: string): string => `SELECT ${keys} FROM ${table}`;
  const open = (rows: string): string =>
    `    OPEN _crossfade_keys FOR SELECT DISTINCT ${keys} FROM (${rows}) written ORDER BY ${keys};`;
  return [
    `  IF TG_OP = 'INSERT' THEN`,
    open(from('_crossfade_new')),
    `  ELSIF TG_OP = 'UPDATE' THEN`,
    open(`${from('_crossfade_old')} UNION ALL ${from('_crossfade_new')}`),
    `  ELSIF TG_OP = 'DELETE' THEN`,
    open(from('_crossfade_old')),
    '  ELSE',
    `    OPEN _crossfade_keys FOR SELECT ${names('wide')} FROM ${tableAt(pair, 'wide')} WHERE ${quoteExisting(pair.list.fed.name)} IS NOT NULL ORDER BY ${names('wide')};`,
    '  END IF;',
  ];
}
