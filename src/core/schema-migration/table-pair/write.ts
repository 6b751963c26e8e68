import { quoteExisting, quoteLiteral } from '../identifier.ts';
import { unlike } from '../unlike.ts';
import {
  anyOf,
  blankOf,
  comparedAt,
  differsAt,
  isBlank,
  keyAt,
  otherPlace,
  tableAt,
} from './table-pair.ts';
import type { Place, TablePair } from './table-pair.ts';

/** True for the row of a place that has the key of NEW or OLD, a row of `of`. */
export function isKeyOf(
  pair: TablePair,
  place: Place,
  row: 'NEW' | 'OLD',
  alias: string,
  of: Place = place,
): string {
  return pair.key
    .map((part) => `${alias}.${quoteExisting(part[place])} = ${row}.${quoteExisting(part[of])}`)
    .join(' AND ');
}

/** Notes what is wrong with the row. What is worse than a conflict stays. @param message SQL */
export function note(
  pair: TablePair,
  here: Place,
  kind: 'error' | 'loss',
  message: string,
): readonly string[] {
  const direction = pair.old === here ? 'up' : 'down';
  return [
    `    _crossfade_kind := '${kind}'; _crossfade_direction := '${direction}'; _crossfade_message := ${message};`,
  ];
}

/**
 * Files the note, if there is one: an update of no row sets off the statement trigger that keeps it
 * aside, with the rights of its owner. @param row whose key it is
 */
export function fileNote(
  pair: TablePair,
  here: Place,
  row: 'NEW' | 'OLD' = 'NEW',
): readonly string[] {
  const there = otherPlace(here);
  const key = keyAt(pair, here).map(({ name }) => `${row}.${quoteExisting(name)}::text`);
  const any = quoteExisting(pair.columns[0]?.names[there] ?? '');
  return [
    '  IF _crossfade_kind IS NOT NULL THEN',
    `    PERFORM set_config('crossfade.trouble', json_build_object('kind', _crossfade_kind,`,
    `      'direction', _crossfade_direction, 'message', left(_crossfade_message, 500),`,
    `      'key', json_build_array(${key.join(', ')}))::text, true);`,
    `    UPDATE ${tableAt(pair, there)} SET ${any} = NULL WHERE false;`,
    '  END IF;',
  ];
}

/** The sync's own statements, which nobody hears. What a constraint refuses is noted, not raised. */
export function echoed(
  pair: TablePair,
  here: Place,
  statements: readonly string[],
): readonly string[] {
  const lines = [
    `    PERFORM set_config('crossfade.echo', ${quoteLiteral(`${pair.id}:`)} || pg_trigger_depth(), true);`,
    ...statements.map((one) => `    ${one};`),
    `    PERFORM set_config('crossfade.echo', _crossfade_echo, true);`,
  ];
  if (!pair.refusing[otherPlace(here)]) return lines;
  return [
    '    BEGIN',
    ...lines,
    '    EXCEPTION',
    // Whoever wrote has to begin anew.
    '      WHEN deadlock_detected OR serialization_failure OR lock_not_available THEN RAISE;',
    '      WHEN OTHERS THEN',
    ...note(pair, here, 'error', 'SQLERRM'),
    '    END;',
  ];
}

/** What was kept aside under the old key is kept aside under the new one. */
export function stillApart(pair: TablePair): readonly string[] {
  const apart = pair.columns.map(
    (_, at) => `_crossfade_narrow${at} IS DISTINCT FROM _crossfade_to${at}`,
  );
  const words = quoteLiteral('the two tables held different values under the key before');
  return [
    `  IF _crossfade_moved AND _crossfade_kind IS NULL AND ${anyOf(apart)} THEN`,
    `    _crossfade_kind := 'loss'; _crossfade_direction := 'down'; _crossfade_message := ${words};`,
    '  END IF;',
  ];
}

/** The key of a row has changed: what belongs to it goes along. */
export function leaveKey(pair: TablePair, here: Place): readonly string[] {
  const changed = anyOf(
    keyAt(pair, here).map(({ name }) => {
      const quoted = quoteExisting(name);
      return `OLD.${quoted} IS DISTINCT FROM NEW.${quoted}`;
    }),
  );
  return [
    `  IF ${here === 'wide' && pair.placed.wide !== null ? '_crossfade_op' : 'TG_OP'} = 'UPDATE' THEN`,
    `    IF ${changed} THEN`,
    '    _crossfade_all := true;',
    `    IF NOT EXISTS (SELECT FROM ${tableAt(pair, here)} AS _here WHERE ${isKeyOf(pair, here, 'OLD', '_here')}) THEN`,
    ...(here === 'wide' ? moveNarrow(pair) : echoed(pair, 'narrow', [blankWide(pair)])),
    '    END IF;',
    '    END IF;',
    '  END IF;',
  ];
}

function moveNarrow(pair: TablePair): readonly string[] {
  const narrow = tableAt(pair, 'narrow');
  const key = pair.key.map(
    (part) => `${quoteExisting(part.narrow)} = NEW.${quoteExisting(part.wide)}`,
  );
  const taken = `EXISTS (SELECT FROM ${narrow} AS _taken WHERE ${isKeyOf(pair, 'narrow', 'NEW', '_taken', 'wide')})`;
  return echoed(pair, 'wide', [
    `UPDATE ${narrow} AS _there SET ${key.join(', ')} WHERE ${isKeyOf(pair, 'narrow', 'OLD', '_there', 'wide')} AND NOT ${taken}`,
    // What moved along is what it was.
    '_crossfade_moved := FOUND; _crossfade_all := NOT FOUND',
    deleteNarrow(pair),
  ]);
}

export function deleteNarrow(pair: TablePair): string {
  return `DELETE FROM ${tableAt(pair, 'narrow')} AS _there WHERE ${isKeyOf(pair, 'narrow', 'OLD', '_there', 'wide')}`;
}

/** The wide row of a narrow one that is gone. */
export function blankWide(pair: TablePair, all = false): string {
  const known = pair.columns.filter(({ blank }) => blank !== null);
  const set = known.map((one) => `${quoteExisting(one.names.wide)} = ${blankOf(one)}`);
  const where = all ? [] : [isKeyOf(pair, 'wide', 'OLD', '_there', 'narrow')];
  const blank = isBlank(pair, ({ names }) => `_there.${quoteExisting(names.wide)}`);
  return `UPDATE ${tableAt(pair, 'wide')} AS _there SET ${set.join(', ')} WHERE ${[...where, `NOT ${blank}`].join(' AND ')}`;
}

/** Writes the other row, if it is not yet what it should be. */
export function write(pair: TablePair, here: Place): readonly string[] {
  const there = otherPlace(here);
  const differs = anyOf(
    pair.columns.map((column, at) => {
      const isOther = unlike(
        `_crossfade_to${at}`,
        `_crossfade_${there}${at}`,
        comparedAt(column, there),
      );
      return `_crossfade_changed${at} AND ${isOther}`;
    }),
  );
  const kept = pair.columns.map(
    (_, at) =>
      `    IF NOT _crossfade_changed${at} THEN _crossfade_to${at} := _crossfade_${there}${at}; END IF;`,
  );
  const set = pair.columns.map(
    ({ names }, at) => `${quoteExisting(names[there])} = _crossfade_to${at}`,
  );
  const update = `UPDATE ${tableAt(pair, there)} AS _there SET ${set.join(', ')} WHERE ${isKeyOf(pair, there, 'NEW', '_there', here)}`;
  const updated = echoed(pair, here, asWritten(pair, here, update));
  if (here === 'narrow') return [`  IF ${differs} THEN`, ...kept, ...updated, '  END IF;'];
  return [
    ...adopt(pair),
    `  ELSIF _crossfade_there THEN`,
    `    IF ${differs} THEN`,
    ...kept,
    ...holdable(pair, updated),
    '    END IF;',
    `  ELSIF ${anyOf(pair.columns.map((_, at) => `_crossfade_changed${at}`))}`,
    `    AND NOT ${isBlank(pair, (_, at) => `_crossfade_wide${at}`)}`,
    `    AND (_crossfade_kind IS NULL OR ${anyOf(pair.columns.map((_, at) => `_crossfade_to${at} IS NOT NULL`))}) THEN`,
    ...holdable(pair, echoed(pair, here, asWritten(pair, here, upsert(pair)))),
    '  END IF;',
  ];
}

/** A trigger of the application may have made something else of it: then the two are apart. */
function asWritten(pair: TablePair, here: Place, statement: string): readonly string[] {
  const there = otherPlace(here);
  if (!pair.refusing[there]) return [statement];
  const names = pair.columns.map(({ names: of }) => `_there.${quoteExisting(of[there])}`);
  const kept = pair.columns.map((_, at) => `_crossfade_was${at}`);
  const apart = pair.columns.map((column, at) =>
    differsAt(column, there, `_crossfade_was${at}`, `_crossfade_to${at}`),
  );
  const why = quoteLiteral(`a trigger of ${pair[there]} wrote something else`);
  return [
    `${statement} RETURNING ${names.join(', ')} INTO ${kept.join(', ')}`,
    [`IF FOUND AND ${anyOf(apart)} THEN`, ...note(pair, here, 'loss', why), 'END IF'].join('\n'),
  ];
}

/** A narrow row that was there before its wide one, whose columns hold nothing yet. */
function adopt(pair: TablePair): readonly string[] {
  const narrow = tableAt(pair, 'narrow');
  const same = quoteExisting(pair.columns[0]?.names.narrow ?? '');
  return [
    '  IF _crossfade_adopt THEN',
    `    PERFORM set_config('crossfade.adopt', ${quoteLiteral(pair.id)}, true);`,
    `    UPDATE ${narrow} AS _there SET ${same} = _there.${same} WHERE ${isKeyOf(pair, 'narrow', 'NEW', '_there', 'wide')};`,
    `    PERFORM set_config('crossfade.adopt', '', true);`,
  ];
}

function upsert(pair: TablePair): string {
  const key = pair.key.map((part) => quoteExisting(part.narrow));
  const names = pair.columns.map((column) => quoteExisting(column.names.narrow));
  const values = [
    ...pair.key.map((part) => `NEW.${quoteExisting(part.wide)}`),
    ...pair.columns.map((_, at) => `_crossfade_to${at}`),
  ];
  const taken = names.map((name) => `${name} = excluded.${name}`);
  return (
    `INSERT INTO ${tableAt(pair, 'narrow')} AS _there (${[...key, ...names].join(', ')}) VALUES (${values.join(', ')}) ` +
    `ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${taken.join(', ')}`
  );
}

/**
 * A narrow row that takes no NULL goes when the wide one holds nothing, else it stays as it is. So does one with
 * values that the wide one has not been filled with yet: they stand nowhere else.
 */
function holdable(pair: TablePair, lines: readonly string[]): readonly string[] {
  const strict = pair.columns.flatMap(({ notNull, names }, at) =>
    notNull.narrow ? [{ at, name: `${pair.narrow}.${names.narrow}` }] : [],
  );
  if (strict.length === 0) return lines;
  const blank = isBlank(pair, (_, at) => `_crossfade_wide${at}`);
  const why = quoteLiteral(`${strict.map(({ name }) => name).join(', ')} takes no NULL`);
  const gone = `DELETE FROM ${tableAt(pair, 'narrow')} AS _there WHERE ${isKeyOf(pair, 'narrow', 'NEW', '_there', 'wide')}`;
  const unfilled = pair.columns.map(
    (column, at) =>
      `NOT _crossfade_changed${at} AND _crossfade_narrow${at} IS NOT NULL ` +
      `AND ${differsAt(column, 'narrow', `_crossfade_was${at}`, `_crossfade_narrow${at}`)}`,
  );
  return [
    `    IF NOT ${anyOf(strict.map(({ at }) => `_crossfade_to${at} IS NULL`))} THEN`,
    ...lines,
    `    ELSIF ${blank} AND NOT ${anyOf(unfilled)} THEN`,
    ...echoed(pair, 'wide', [gone]),
    '    ELSE',
    ...note(pair, 'wide', 'loss', why),
    '    END IF;',
  ];
}
