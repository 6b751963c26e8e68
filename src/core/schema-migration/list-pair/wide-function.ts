import { upDiffers } from '../changed-in.ts';
import { quoteExisting } from '../identifier.ts';
import { upOf } from '../sync-trigger.ts';
import { tableAt } from '../table-pair/table-pair.ts';
import { underSettings } from '../table-pair/under-settings.ts';
import { defined, echoed, filed, isRow, usesOf } from './function-parts.ts';
import type { ListPair } from './list-pair.ts';
import { arrayOf, columnsOf, isOf } from './list-range-sql.ts';

/** A row of the old table was written: its rows become what `up` gives, unless they say so already. */
export function createWideFunction(pair: ListPair): string {
  return defined(pair, 'wide', [
    ...gone(pair),
    `  SELECT ${usesOf(pair, '_row.')} INTO ${usesOf(pair)} FROM ${tableAt(pair, 'wide')} AS _row WHERE ${isRow(pair, 'NEW')};`,
    '  IF NOT FOUND THEN RETURN NULL; END IF;',
    `  _crossfade_now := ${arrayOf(pair, 'NEW')};`,
    ...underSettings(pair.migration, compared(pair)),
    ...renewed(pair),
    ...filed(
      pair,
      pair.key.map((part) => `NEW.${quoteExisting(part.wide)}`),
    ),
    '  RETURN NULL;',
  ]);
}

/** Rows whose list is gone, or stands under another key. */
function gone(pair: ListPair): readonly string[] {
  const narrow = tableAt(pair, 'narrow');
  const rekeyed = pair.key
    .map((part) => `${quoteExisting(part.narrow)} = NEW.${quoteExisting(part.wide)}`)
    .join(', ');
  const isGone = `NOT EXISTS (SELECT FROM ${tableAt(pair, 'wide')} AS _row WHERE ${isRow(pair, 'OLD')})`;
  const none = `NOT EXISTS (SELECT FROM ${narrow} AS _e WHERE ${isOf(pair, 'NEW')})`;
  return [
    `  IF TG_OP = 'TRUNCATE' THEN`,
    ...echoed(pair, [
      `BEGIN TRUNCATE ${narrow}; EXCEPTION WHEN OTHERS THEN DELETE FROM ${narrow}; END`,
    ]),
    '    RETURN NULL;',
    '  END IF;',
    `  IF TG_OP <> 'INSERT' AND ${isGone} THEN`,
    `    IF TG_OP = 'UPDATE' AND ${none} THEN`,
    ...echoed(pair, [
      `UPDATE ${narrow} AS _e SET ${rekeyed} WHERE ${isOf(pair, 'OLD')}`,
      '_crossfade_moved := FOUND',
    ]),
    '    END IF;',
    ...echoed(pair, [`DELETE FROM ${narrow} AS _e WHERE ${isOf(pair, 'OLD')}`]),
    '  END IF;',
    `  IF TG_OP = 'DELETE' THEN RETURN NULL; END IF;`,
  ];
}

/** Whether the list says something else than before, and whether rows that were there first speak for it. */
function compared({ key, list }: ListPair): readonly string[] {
  const moved = key
    .map(({ wide }) => `OLD.${quoteExisting(wide)} IS DISTINCT FROM NEW.${quoteExisting(wide)}`)
    .join(' OR ');
  return [
    '  BEGIN',
    `    _crossfade_to := ${upOf(list)};`,
    // Rows that came before their list speak for it, unless the old side is declared.
    `    IF TG_OP = 'INSERT' OR (${moved}) AND NOT _crossfade_moved THEN`,
    `      _crossfade_adopt := _crossfade_now IS NOT NULL AND ${upDiffers(list, '_crossfade_now', '_crossfade_to')}`,
    `        AND (_crossfade_to IS NULL OR _crossfade_side <> 'old');`,
    '      _crossfade_changed := NOT _crossfade_adopt;',
    '    ELSE',
    ...list.reads.map(({ name }) => `      ${quoteExisting(name)} := OLD.${quoteExisting(name)};`),
    '      BEGIN',
    `        _crossfade_changed := ${upDiffers(list, '_crossfade_to', upOf(list))};`,
    // A value that cannot be compared has been written all the same.
    '      EXCEPTION WHEN OTHERS THEN _crossfade_changed := true;',
    '      END;',
    `      IF _crossfade_moved AND NOT _crossfade_changed AND ${upDiffers(list, '_crossfade_now', '_crossfade_to')} THEN`,
    `        _crossfade_kind := 'loss'; _crossfade_direction := 'down';`,
    `        _crossfade_message := 'the list and its rows held different values under the key before';`,
    '      END IF;',
    '    END IF;',
    '  EXCEPTION WHEN OTHERS THEN',
    `    _crossfade_changed := false; _crossfade_kind := 'error'; _crossfade_direction := 'up'; _crossfade_message := SQLERRM;`,
    '  END;',
  ];
}

function renewed(pair: ListPair): readonly string[] {
  const { list } = pair;
  const [narrow, value] = [tableAt(pair, 'narrow'), quoteExisting(pair.value)];
  const values = pair.key.map((part) => `NEW.${quoteExisting(part.wide)}`).join(', ');
  return [
    '  IF _crossfade_adopt THEN',
    `    PERFORM set_config('crossfade.echo', '', true);`,
    `    UPDATE ${narrow} AS _e SET ${value} = _e.${value} WHERE ${isOf(pair, 'NEW')};`,
    `    PERFORM set_config('crossfade.echo', _crossfade_echo, true);`,
    `  ELSIF _crossfade_changed AND ${upDiffers(list, '_crossfade_now', '_crossfade_to')} THEN`,
    ...echoed(pair, [
      `DELETE FROM ${narrow} AS _e WHERE ${isOf(pair, 'NEW')}`,
      `INSERT INTO ${narrow} (${columnsOf(pair).join(', ')}) SELECT ${values}, o.place, o.value FROM unnest(_crossfade_to) WITH ORDINALITY o(value, place)`,
    ]),
    '  END IF;',
  ];
}
