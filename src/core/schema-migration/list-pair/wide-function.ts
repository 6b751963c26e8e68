import { upDiffers } from '../changed-in.ts';
import { quoteExisting } from '../identifier.ts';
import { arrive, isOnTheMove } from '../parted/row-moves.ts';
import type { MovingRows } from '../parted/row-moves.ts';
import { upOf } from '../sync-trigger.ts';
import { emptiedPart } from '../table-pair/emptied-part.ts';
import { tableAt } from '../table-pair/table-pair.ts';
import { BOTH_WRITTEN, isWrittenHere } from '../table-pair/written-here.ts';
import { underSettings } from '../table-pair/under-settings.ts';
import { defined, echoed, filed, isRow, usesOf } from './function-parts.ts';
import type { ListPair } from './list-pair.ts';
import { movingLists } from './moving-lists.ts';
import { arrayOf, columnsOf, isOf } from './list-range-sql.ts';

/** A row of the old table was written: its rows become what `up` gives, unless they say so already. */
export function createWideFunction(pair: ListPair): string {
  const moving = movingLists(pair);
  return defined(pair, 'wide', [
    ...(moving === null ? [] : arrive(moving, [])),
    ...gone(pair, moving),
    `  SELECT ${usesOf(pair, '_row.')}, _row.cmin::text::bigint INTO ${usesOf(pair)}, _crossfade_cmin ` +
      `FROM ${tableAt(pair, 'wide')} AS _row WHERE ${isRow(pair, 'NEW')};`,
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

/** A row that arrives in another partition was updated, whatever its trigger says. */
const opOf = ({ placed }: ListPair): string => (placed.wide === null ? 'TG_OP' : '_crossfade_op');

/** Rows whose list is gone, or stands under another key. */
function gone(pair: ListPair, moving: MovingRows | null): readonly string[] {
  const narrow = tableAt(pair, 'narrow');
  const rekeyed = pair.key
    .map((part) => `${quoteExisting(part.narrow)} = NEW.${quoteExisting(part.wide)}`)
    .join(', ');
  const isGone = `NOT EXISTS (SELECT FROM ${tableAt(pair, 'wide')} AS _row WHERE ${isRow(pair, 'OLD')})`;
  const op = opOf(pair);
  const none = `NOT EXISTS (SELECT FROM ${narrow} AS _e WHERE ${isOf(pair, 'NEW')})`;
  return [
    `  IF TG_OP = 'TRUNCATE' THEN`,
    ...emptiedPart(pair, 'wide', `DELETE FROM ${narrow} AS _there WHERE true`, (sql) =>
      echoed(pair, [sql]),
    ),
    ...echoed(pair, [
      `BEGIN TRUNCATE ${narrow}; EXCEPTION WHEN OTHERS THEN DELETE FROM ${narrow}; END`,
    ]),
    '    RETURN NULL;',
    '  END IF;',
    ...(moving === null
      ? []
      : [`  IF TG_OP = 'DELETE' AND ${isOnTheMove(moving)} THEN RETURN OLD; END IF;`]),
    `  IF TG_OP = 'DELETE' OR ${op} = 'UPDATE' AND ${isGone} THEN`,
    `    IF ${op} = 'UPDATE' AND ${none} THEN`,
    ...echoed(pair, [
      `UPDATE ${narrow} AS _e SET ${rekeyed} WHERE ${isOf(pair, 'OLD')}`,
      '_crossfade_moved := FOUND',
    ]),
    '    END IF;',
    ...echoed(pair, [`DELETE FROM ${narrow} AS _e WHERE ${isOf(pair, 'OLD')}`]),
    '  END IF;',
    `  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;`,
  ];
}

/** Whether the list says something else than before, and whether rows that were there first speak for it. */
function compared(pair: ListPair): readonly string[] {
  const { key, list } = pair;
  const moved = key
    .map(({ wide }) => `OLD.${quoteExisting(wide)} IS DISTINCT FROM NEW.${quoteExisting(wide)}`)
    .join(' OR ');
  return [
    '  BEGIN',
    `    _crossfade_to := ${upOf(list)};`,
    // Rows that came before their list speak for it, unless the old side is declared.
    `    IF ${opOf(pair)} = 'INSERT' OR (${moved}) AND NOT _crossfade_moved THEN`,
    `      _crossfade_adopt := _crossfade_now IS NOT NULL AND ${upDiffers(list, '_crossfade_now', '_crossfade_to')}`,
    `        AND (_crossfade_to IS NULL OR _crossfade_side <> 'old');`,
    '      _crossfade_changed := NOT _crossfade_adopt;',
    '    ELSE',
    ...readsOf(pair, 'OLD'),
    '      BEGIN',
    `        _crossfade_was := ${upOf(list)};`,
    `        _crossfade_changed := ${upDiffers(list, '_crossfade_to', '_crossfade_was')};`,
    // A value that cannot be compared has been written all the same.
    '      EXCEPTION WHEN OTHERS THEN _crossfade_changed := true;',
    '      END;',
    ...bothWritten(pair),
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

const readsOf = ({ list }: ListPair, row: 'NEW' | 'OLD'): readonly string[] =>
  list.reads.map(({ name }) => `      ${quoteExisting(name)} := ${row}.${quoteExisting(name)};`);

/**
 * One statement may have written a list and its rows. Then one of two triggers comes first: this one, which
 * finds rows of the same command, or that of the rows, which has written another list over this one. The
 * side that the transaction declares wins, else the new one, and the conflict is recorded. Rows that were only
 * deleted leave nothing to tell it by.
 */
function bothWritten(pair: ListPair): readonly string[] {
  const { list } = pair;
  const isOther = (one: string, other: string): string => upDiffers(list, one, other);
  const noted =
    `IF _crossfade_side <> 'new' THEN _crossfade_kind := 'conflict'; _crossfade_direction := 'down'; ` +
    `_crossfade_message := ${BOTH_WRITTEN}; END IF;`;
  return [
    '      BEGIN',
    ...readsOf(pair, 'NEW'),
    `      _crossfade_said := ${upOf(list)};`,
    `      IF ${isOther('_crossfade_said', '_crossfade_was')} THEN`,
    `        _crossfade_latest := (SELECT max(_e.cmin::text::bigint) FROM ${tableAt(pair, 'narrow')} AS _e ` +
      `WHERE ${isOf(pair, 'NEW')} AND ${isWrittenHere('_e.xmin')});`,
    `        IF ${isOther('_crossfade_to', '_crossfade_said')} THEN`,
    `          IF _crossfade_latest < _crossfade_cmin AND NOT ${isOther('_crossfade_to', '_crossfade_now')} THEN`,
    `            IF _crossfade_side = 'old' THEN _crossfade_to := _crossfade_said; _crossfade_changed := true; _crossfade_undone := true;`,
    `            ELSE ${noted}`,
    '            END IF;',
    '          END IF;',
    `        ELSIF _crossfade_latest = _crossfade_cmin AND _crossfade_side <> 'old' AND ${isOther('_crossfade_to', '_crossfade_now')} THEN`,
    `          _crossfade_adopt := true; _crossfade_changed := false; ${noted}`,
    '        END IF;',
    '      END IF;',
    '      EXCEPTION WHEN OTHERS THEN NULL;',
    '      END;',
  ];
}

function renewed(pair: ListPair): readonly string[] {
  const { list } = pair;
  const [narrow, value] = [tableAt(pair, 'narrow'), quoteExisting(pair.value)];
  const values = pair.key.map((part) => `NEW.${quoteExisting(part.wide)}`).join(', ');
  const fed = quoteExisting(list.fed.name);
  return [
    '  IF _crossfade_undone THEN',
    ...echoed(pair, [
      `UPDATE ${tableAt(pair, 'wide')} AS _row SET ${fed} = NEW.${fed} WHERE ${isRow(pair, 'NEW')}`,
    ]),
    '  END IF;',
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
