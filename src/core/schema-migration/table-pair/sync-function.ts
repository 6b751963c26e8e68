import { quoteExisting, quoteLiteral } from '../identifier.ts';
import { arrive, MOVE_VARIABLES } from '../parted/row-moves.ts';
import { convert } from './convert.ts';
import { movingWide } from './moving-wide.ts';
import { isAdopted, syncFunctionName } from './pair-triggers.ts';
import { keyAt, otherPlace, scratchColumns, tableAt, valueName } from './table-pair.ts';
import type { Place, TablePair } from './table-pair.ts';
import { bothWrote } from './both-wrote.ts';
import { underSettings } from './under-settings.ts';
import { fileNote, isKeyOf, leaveKey, note, stillApart, write } from './write.ts';

/**
 * The sync rule for rows that were inserted or updated in one of the two tables, with the rights of
 * whoever wrote. It looks at both rows as they are now, so that it does not matter what else the
 * statement set off, and carries those columns whose derived value has changed.
 */
export function createSyncFunction(pair: TablePair, here: Place): string {
  const compared = [
    ...convert(pair, here),
    ...(here === 'wide' ? stillApart(pair) : []),
    ...bothWrote(pair, here),
  ];
  const moving = here === 'wide' ? movingWide(pair) : null;
  return [
    `CREATE OR REPLACE FUNCTION ${syncFunctionName(pair, here)}() RETURNS trigger LANGUAGE plpgsql AS $crossfade$`,
    '#variable_conflict use_column',
    ...declarations(pair, here),
    'BEGIN',
    ...(moving === null ? [] : arrive(moving, ['      _crossfade_all := false;'])),
    ...leaveKey(pair, here),
    ...read(pair, here),
    ...(here === 'narrow' ? orphan(pair) : []),
    ...(needsSettings(pair) ? underSettings(pair.migration, compared) : compared),
    ...write(pair, here),
    ...fileNote(pair, here),
    '  RETURN NULL;',
    'END $crossfade$',
  ].join('\n');
}

function declarations(pair: TablePair, here: Place): readonly string[] {
  const there = otherPlace(here);
  const values = pair.columns.map(
    ({ types }, at) =>
      `  _crossfade_${here}${at} ${types[here]}; _crossfade_${there}${at} ${types[there]}; ` +
      `_crossfade_to${at} ${types[there]}; _crossfade_was${at} ${types[there]}; ` +
      `_crossfade_back${at} ${types[here]}; _crossfade_changed${at} boolean := true;`,
  );
  const scratch = scratchColumns(pair).map(
    (one, at) => `  ${quoteExisting(one.name)} ${one.type}; _crossfade_now${at} ${one.type};`,
  );
  const fresh = pair.columns
    .filter(({ same }) => !same)
    .map((column) => `  ${valueName(pair, column, otherPlace(pair.old))} ${column.pair.type};`);
  return [
    'DECLARE',
    `  _crossfade_side text := coalesce(current_setting('crossfade.side', true), '');`,
    `  _crossfade_echo text := coalesce(current_setting('crossfade.echo', true), '');`,
    `  _crossfade_all boolean := TG_OP = 'INSERT'${here === 'narrow' ? ` OR ${isAdopted(pair)}` : ''};`,
    '  _crossfade_there boolean; _crossfade_xmin xid; _crossfade_together boolean;',
    '  _crossfade_lost boolean := false; _crossfade_adopt boolean := false; _crossfade_moved boolean := false;',
    '  _crossfade_kind text; _crossfade_direction text; _crossfade_message text;',
    '  _crossfade_settings text[];',
    ...(here === 'wide' && pair.placed.wide !== null ? MOVE_VARIABLES : []),
    ...values,
    ...scratch,
    ...fresh,
  ];
}

/** Both rows as they are now, under the key that was written. */
function read(pair: TablePair, here: Place): readonly string[] {
  const there = otherPlace(here);
  const old = pair.old === here ? '_here' : '_there';
  const first = quoteExisting(keyAt(pair, there)[0]?.name ?? '');
  const asked = [
    ...pair.columns.flatMap(({ names }, at) => [
      [`_here.${quoteExisting(names[here])}`, `_crossfade_${here}${at}`],
      [`_there.${quoteExisting(names[there])}`, `_crossfade_${there}${at}`],
    ]),
    ...scratchColumns(pair).map(({ name }, at) => [
      `${old}.${quoteExisting(name)}`,
      `_crossfade_now${at}`,
    ]),
    [`_there.${first} IS NOT NULL`, '_crossfade_there'],
    ['_there.xmin', '_crossfade_xmin'],
    ['_there.cmin::text::bigint >= _here.cmin::text::bigint', '_crossfade_together'],
  ];
  const joined = pair.key.map(
    (part) => `_there.${quoteExisting(part[there])} = _here.${quoteExisting(part[here])}`,
  );
  return [
    `  SELECT ${asked.map(([value]) => value).join(', ')} INTO ${asked.map(([, name]) => name).join(', ')}`,
    `  FROM ${tableAt(pair, here)} AS _here LEFT JOIN ${tableAt(pair, there)} AS _there ON ${joined.join(' AND ')}`,
    `  WHERE ${isKeyOf(pair, here, 'NEW', '_here')};`,
    '  IF NOT FOUND THEN RETURN NULL; END IF;',
  ];
}

/** A narrow row has no home without its wide row; it keeps its values, and is given to a late one. */
function orphan(pair: TablePair): readonly string[] {
  return [
    '  IF NOT _crossfade_there THEN',
    ...note(pair, 'narrow', 'loss', quoteLiteral(`there is no row of ${pair.wide} with this key`)),
    ...fileNote(pair, 'narrow'),
    '    RETURN NULL;',
    '  END IF;',
  ];
}

/** True when what is compared or converted could depend on the writer's settings. */
function needsSettings(pair: TablePair): boolean {
  return pair.columns.some(
    ({ same, types }) => !same || Object.values(types).some((type) => type.includes('.')),
  );
}
