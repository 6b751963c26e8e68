import { isOnTheMove } from '../parted/row-moves.ts';
import { emptiedPart } from './emptied-part.ts';
import { movingWide } from './moving-wide.ts';
import { goneFunctionName } from './pair-triggers.ts';
import { tableAt } from './table-pair.ts';
import type { Place, TablePair } from './table-pair.ts';
import { blankWide, deleteNarrow, echoed, fileNote, isKeyOf } from './write.ts';

/** Rows that are deleted, one by one or all at once. */
export function createGoneFunction(pair: TablePair, here: Place): string {
  const isGone = `NOT EXISTS (SELECT FROM ${tableAt(pair, here)} AS _here WHERE ${isKeyOf(pair, here, 'OLD', '_here')})`;
  const moving = here === 'wide' ? movingWide(pair) : null;
  const emptying =
    here === 'wide'
      ? `DELETE FROM ${tableAt(pair, 'narrow')} AS _there WHERE true`
      : blankWide(pair, true);
  return [
    `CREATE OR REPLACE FUNCTION ${goneFunctionName(pair, here)}() RETURNS trigger LANGUAGE plpgsql AS $crossfade$`,
    '#variable_conflict use_column',
    'DECLARE',
    `  _crossfade_echo text := coalesce(current_setting('crossfade.echo', true), '');`,
    '  _crossfade_kind text; _crossfade_direction text; _crossfade_message text;',
    'BEGIN',
    `  IF TG_OP = 'TRUNCATE' THEN`,
    ...emptiedPart(pair, here, emptying, (sql) => echoed(pair, here, [sql])),
    ...(here === 'wide' ? emptyNarrow(pair) : echoed(pair, here, [blankWide(pair, true)])),
    '    RETURN NULL;',
    '  END IF;',
    ...(moving === null ? [] : [`  IF ${isOnTheMove(moving)} THEN RETURN OLD; END IF;`]),
    // Something else that the statement set off may have put a row in its place.
    `  IF TG_WHEN = 'BEFORE' OR ${isGone} THEN`,
    ...echoed(pair, here, [here === 'wide' ? deleteNarrow(pair) : blankWide(pair)]),
    '  END IF;',
    ...fileNote(pair, here, 'OLD'),
    '  RETURN OLD;',
    'END $crossfade$',
  ].join('\n');
}

/** A table that is truncated in the same statement, or that others lean on, cannot be truncated. */
function emptyNarrow(pair: TablePair): readonly string[] {
  const narrow = tableAt(pair, 'narrow');
  return [
    `    IF EXISTS (SELECT FROM ${narrow}) THEN`,
    ...echoed(pair, 'wide', [
      `BEGIN TRUNCATE ${narrow}; EXCEPTION WHEN OTHERS THEN DELETE FROM ${narrow}; END`,
    ]),
    '    END IF;',
  ];
}
