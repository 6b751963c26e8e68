import { BOTH_WRITTEN, isWrittenHere } from './written-here.ts';
import { allOf, anyOf, differsAt, isBlank, otherPlace, sideOf } from './table-pair.ts';
import type { MovedColumn, Place, TablePair } from './table-pair.ts';

/**
 * One statement may have written both rows: then the other one was written by this transaction, and is
 * not what it was in step with. The side that the transaction declares wins, else the new one, and
 * the conflict is recorded. Whoever loses leaves its columns to the other table's trigger.
 */
export function bothWrote(pair: TablePair, here: Place): readonly string[] {
  const there = otherPlace(here);
  const isNew = pair.old !== here;
  const conflicts = pair.columns.map((column, at) => conflictAt(column, there, at));
  const blank = isBlank(pair, (_, at) => `_crossfade_wide${at}`);
  const written = here === 'wide' ? `(_crossfade_all OR ${isMine})` : `NOT ${blank} AND ${isMine}`;
  const winner = `CASE _crossfade_side WHEN '${sideOf(pair, here)}' THEN false WHEN '${sideOf(pair, there)}' THEN true ELSE ${!isNew} END`;
  return [
    `  IF _crossfade_there AND ${anyOf(conflicts)} THEN`,
    `    IF ${written} THEN`,
    `      _crossfade_lost := ${here === 'wide' ? `_crossfade_all AND ${blank} OR ` : ''}${winner};`,
    ...(isNew
      ? [
          `      IF NOT _crossfade_lost AND _crossfade_kind IS NULL AND _crossfade_side NOT IN ('old', 'new') THEN`,
          `        _crossfade_kind := 'conflict'; _crossfade_direction := 'down';`,
          `        _crossfade_message := ${BOTH_WRITTEN};`,
          '      END IF;',
        ]
      : []),
    '      IF _crossfade_lost THEN',
    ...(here === 'wide' ? [`        _crossfade_adopt := _crossfade_all;`] : []),
    ...conflicts.map(
      (conflict, at) =>
        `        _crossfade_changed${at} := _crossfade_changed${at} AND NOT ${conflict};`,
    ),
    '      END IF;',
    '    END IF;',
    '  END IF;',
  ];
}

function conflictAt(column: MovedColumn, there: Place, at: number): string {
  const value = `_crossfade_${there}${at}`;
  return allOf([
    `_crossfade_changed${at}`,
    differsAt(column, there, value, `_crossfade_to${at}`),
    `(_crossfade_all OR ${differsAt(column, there, value, `_crossfade_was${at}`)})`,
  ]);
}

/** The other row was written by this transaction, and not before this one. */
const isMine = isWrittenHere('_crossfade_xmin', '_crossfade_together');
