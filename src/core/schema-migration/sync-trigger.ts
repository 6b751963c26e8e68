import { changedIn, downDiffers, upDiffers, watchedBy } from './changed-in.ts';
import { collationOf } from './column-pair.ts';
import type { ColumnPair } from './column-pair.ts';
import { collatedType, quoteExisting, quoteIdentifier, quoteLiteral } from './identifier.ts';
import { judgeReturn, whereItReturns } from './point-of-no-return.ts';
import { settingClauses } from './expression-settings.ts';

/** `up` of a pair, cast to the new column's type. */
export function upOf(pair: ColumnPair): string {
  return `CAST((${pair.up}) AS ${pair.type})`;
}

/** `down` of a pair, cast to the fed column's type. */
export function downOf(pair: ColumnPair): string {
  return `CAST((${pair.down}) AS ${pair.fed.type})`;
}

/** True when values are declared not to come back from a conversion in this direction. */
export function losesOn(pair: ColumnPair, direction: 'up' | 'down'): boolean {
  return pair.lossy === direction || pair.lossy === 'both';
}

export function syncFunctionName(pair: ColumnPair): string {
  return `crossfade.sync_${pair.id}`;
}

/**
 * The sync rule as a trigger function. It runs with the writer's rights. Columns are held in
 * variables of their own names, so that `up` and `down` are plain expressions, which PL/pgSQL
 * evaluates without planning a query. What goes wrong is noted in the setting
 * `crossfade.trouble`, which the next trigger, `crossfade.keep_aside`, files away.
 *
 * A write of the old side that converts and comes back, as nearly all do, ends in `shortWay`; only
 * what trips over that is judged expression by expression.
 */
export function createSyncFunction(pair: ColumnPair): string {
  const key = pair.key.map((one) => `NEW.${quoteExisting(one.name)}::text`);
  return [
    `CREATE OR REPLACE FUNCTION ${syncFunctionName(pair)}() RETURNS trigger LANGUAGE plpgsql`,
    `${settingClauses(pair.migration)} AS $crossfade$`,
    '#variable_conflict use_variable',
    ...declarations(pair),
    'BEGIN',
    `  IF current_setting('crossfade.sync', true) = 'off' THEN RETURN NEW; END IF;`,
    ...(pair.leads || pair.after.length > 0 ? [] : shortWay(pair)),
    `  _crossfade_side := coalesce(current_setting('crossfade.side', true), '');`,
    ...whoWrote(pair),
    ...(pair.leads ? [noteSide(pair)] : []),
    `  IF _crossfade_new THEN`,
    ...newSideWrote(pair),
    `  ELSIF _crossfade_old OR _crossfade_fed THEN`,
    ...oldSideWrote(pair),
    '  END IF;',
    '  IF _crossfade_kind IS NOT NULL THEN',
    `    PERFORM set_config('crossfade.trouble', json_build_object('kind', _crossfade_kind,`,
    `      'direction', _crossfade_direction, 'message', left(_crossfade_message, 500),`,
    `      'key', json_build_array(${key.join(', ')}))::text, true);`,
    '  END IF;',
    '  RETURN NEW;',
    'END $crossfade$',
  ].join('\n');
}

const fed = (pair: ColumnPair): string => quoteExisting(pair.fed.name);

function declarations(pair: ColumnPair): readonly string[] {
  return [
    'DECLARE',
    ...variablesOf(pair).map(({ name, type }) => `  ${name} ${type} := NEW.${name};`),
    '  _crossfade_side text;',
    '  _crossfade_new boolean; _crossfade_old boolean := false; _crossfade_fed boolean := false;',
    ...pair.after.map((one) => `  ${ledTo(one)} text := '';`),
    `  _crossfade_before ${pair.type}; _crossfade_after ${pair.type}; _crossfade_back ${pair.fed.type};`,
    '  _crossfade_kind text; _crossfade_direction text; _crossfade_message text;',
  ];
}

/**
 * What `up` and `down` speak of, by quoted name, and as which type. A variable tells texts apart as its
 * column does: else a trigger would see another value than a query over the table.
 */
export function variablesOf(
  pair: ColumnPair,
): readonly { readonly name: string; readonly type: string; readonly collated: boolean }[] {
  const added = { name: pair.column, type: pair.type, collation: collationOf(pair) };
  return [...pair.uses, added].map(({ name, type, collation }) => ({
    name: quoteExisting(name),
    type: collatedType(type, collation),
    collated: collation !== null,
  }));
}

/** Lets `up` speak of the row before, or after. */
function read({ reads }: ColumnPair, row: 'OLD' | 'NEW'): string {
  const names = reads.map((one) => quoteExisting(one.name));
  return names.map((name) => `${name} := ${row}.${name};`).join(' ');
}

/**
 * An update by the old side alone, all of it in one subtransaction: those are what guarding against
 * errors costs. Nothing is assigned to the row before everything is known to be well.
 */
function shortWay(pair: ColumnPair): readonly string[] {
  const column = quoteIdentifier(pair.column);
  const comesBack = losesOn(pair, 'up')
    ? 'true'
    : `NOT (${downDiffers(pair, downOf(pair), `NEW.${fed(pair)}`)})`;
  return [
    `  IF TG_OP = 'UPDATE' AND NOT (${changedIn(pair, [pair.column])}) THEN`,
    `    IF NOT (${changedIn(
      pair,
      pair.reads.map(({ name }) => name),
    )}) THEN RETURN NEW; END IF;`,
    '    BEGIN',
    `      _crossfade_after := ${upOf(pair)};`,
    `      ${read(pair, 'OLD')}`,
    `      _crossfade_before := ${upOf(pair)};`,
    `      ${read(pair, 'NEW')}`,
    `      IF ${upDiffers(pair, '_crossfade_before', '_crossfade_after')} THEN`,
    `        ${column} := _crossfade_after;`,
    '      END IF;',
    `      IF ${comesBack} THEN NEW.${column} := ${column}; RETURN NEW; END IF;`,
    '    EXCEPTION WHEN OTHERS THEN NULL;',
    '    END;',
    `    ${read(pair, 'NEW')} ${column} := NEW.${column}; _crossfade_after := NULL;`,
    '  END IF;',
  ];
}

/** Decides the direction: by what was written, never by who is connected. */
function whoWrote(pair: ColumnPair): readonly string[] {
  const column = quoteIdentifier(pair.column);
  const touched = pair.reads.map(({ name }) => {
    const leading = pair.after.find((one) => one.fed.name === name);
    const changed = changedIn(pair, [name]);
    // What the new side's value has just been turned into is no write of the old side.
    return leading === undefined ? changed : `(${changed} AND ${ledTo(leading)} <> 'new')`;
  });
  // Where the old version may not write NULL, a row without its value comes from the new one.
  const gaveNew = pair.fed.notNull
    ? `(${column} IS NOT NULL OR NEW.${fed(pair)} IS NULL)`
    : `${column} IS NOT NULL`;
  return [
    `  IF TG_OP = 'INSERT' THEN`,
    `    _crossfade_new := _crossfade_side = 'new' OR (${gaveNew}`,
    `      AND NOT (_crossfade_side = 'old' AND NEW.${fed(pair)} IS NOT NULL));`,
    `    _crossfade_old := NOT _crossfade_new;`,
    ...(pair.table.partitionedBy === null ? [] : movedRow(pair)),
    '  ELSE',
    ...pair.after.map(sideOf),
    `    _crossfade_new := ${[changedIn(pair, [pair.column]), ...pair.after.map((one) => `${ledTo(one)} = 'new'`)].join(' OR ')};`,
    `    _crossfade_fed := ${[changedIn(pair, [pair.fed.name]), ...pair.after.map((one) => `${ledTo(one)} = 'old'`)].join(' OR ')};`,
    `    IF ${touched.join(' OR ')} THEN`,
    '      BEGIN',
    `        _crossfade_after := ${upOf(pair)};`,
    `        ${read(pair, 'OLD')}`,
    `        _crossfade_before := ${upOf(pair)};`,
    `        _crossfade_old := ${upDiffers(pair, '_crossfade_before', '_crossfade_after')};`,
    // A value that cannot be compared has been written all the same.
    '      EXCEPTION WHEN OTHERS THEN _crossfade_old := true; _crossfade_after := NULL;',
    '      END;',
    `      ${read(pair, 'NEW')}`,
    '    END IF;',
    '    IF _crossfade_new AND _crossfade_old THEN',
    `      IF _crossfade_side = 'old' OR NOT (${upDiffers(pair, '_crossfade_after', column)}) THEN`,
    '        _crossfade_new := false;',
    `      ELSIF _crossfade_side <> 'new' THEN`,
    `        _crossfade_kind := 'conflict'; _crossfade_direction := 'down';`,
    `        _crossfade_message := 'both sides were written in one statement; the new one was kept';`,
    '      END IF;',
    '    END IF;',
    '  END IF;',
  ];
}

/** A row that leaves its partition is inserted into another one; what is in step there was written before. */
function movedRow(pair: ColumnPair): readonly string[] {
  const column = quoteIdentifier(pair.column);
  return [
    `    IF _crossfade_new AND ${column} IS NOT NULL AND NEW.${fed(pair)} IS NOT NULL THEN`,
    '      BEGIN',
    `        _crossfade_new := ${upDiffers(pair, upOf(pair), column)} AND ${downDiffers(pair, downOf(pair), `NEW.${fed(pair)}`)};`,
    '      EXCEPTION WHEN OTHERS THEN NULL;',
    '      END;',
    '    END IF;',
  ];
}

/** The side that wrote the row's columns of a pair; '' when neither did. */
const ledTo = (leading: ColumnPair): string => `_crossfade_side_${leading.id}`;

const sideSetting = ({ id }: ColumnPair): string => quoteLiteral(`crossfade.side_${id}`);

/** Left for the triggers of this row that come later: by then both columns have changed. */
const noteSide = (pair: ColumnPair): string =>
  `  PERFORM set_config(${sideSetting(pair)}, CASE WHEN _crossfade_new THEN 'new' ` +
  `WHEN _crossfade_old THEN 'old' ELSE '' END, true);`;

/** The note is about this row only if the other trigger has run for it. */
const sideOf = (leading: ColumnPair): string =>
  `    IF ${changedIn(leading, watchedBy(leading))} THEN ` +
  `${ledTo(leading)} := coalesce(current_setting(${sideSetting(leading)}, true), ''); END IF;`;

/** new → old: `down`, kept only when `up` leads back and nothing is erased or refused. */
function newSideWrote(pair: ColumnPair): readonly string[] {
  const erasable = pair.partial || pair.fed.notNull;
  const lost = losesOn(pair, 'down')
    ? 'false'
    : whereItReturns(pair, upDiffers(pair, '_crossfade_after', quoteIdentifier(pair.column)));
  const checks = pair.checks.map((condition) => `coalesce((${condition}), true)`).join(' AND ');
  return [
    `    _crossfade_direction := 'down';`,
    '    BEGIN',
    `      _crossfade_back := ${downOf(pair)};`,
    `      ${fed(pair)} := _crossfade_back;`,
    `      _crossfade_after := ${upOf(pair)};`,
    `      IF ${lost} THEN`,
    `        _crossfade_kind := 'loss';`,
    `        _crossfade_message := format('down gives %L, from which up gives %L', _crossfade_back, _crossfade_after);`,
    ...(erasable
      ? [
          `      ELSIF _crossfade_back IS NULL AND NEW.${fed(pair)} IS NOT NULL THEN`,
          `        _crossfade_kind := 'loss'; _crossfade_message := 'down would erase the old value';`,
        ]
      : []),
    ...(checks === ''
      ? []
      : [
          `      ELSIF NOT (${checks}) THEN`,
          `        _crossfade_kind := 'error';`,
          `        _crossfade_message := format('down gives %L, which a check of the table refuses', _crossfade_back);`,
        ]),
    '      ELSE',
    `        NEW.${fed(pair)} := _crossfade_back;`,
    '      END IF;',
    '    EXCEPTION WHEN OTHERS THEN',
    `      _crossfade_kind := 'error'; _crossfade_message := SQLERRM;`,
    '    END;',
    ...(pair.fed.notNull ? inPlaceOfNothing(pair) : []),
    ...judgeReturn(pair),
  ];
}

/**
 * A row of the new side whose value does not convert has no old value to stay, and the old column must
 * have one: it gets what `down` makes of NULL. The value itself stands in its own column, kept aside.
 */
function inPlaceOfNothing(pair: ColumnPair): readonly string[] {
  const column = quoteIdentifier(pair.column);
  return [
    `    IF _crossfade_kind IS NOT NULL AND NEW.${fed(pair)} IS NULL THEN`,
    '      BEGIN',
    `        ${column} := NULL; ${fed(pair)} := NULL;`,
    `        NEW.${fed(pair)} := ${downOf(pair)};`,
    '      EXCEPTION WHEN OTHERS THEN NULL;',
    '      END;',
    `      ${column} := NEW.${column};`,
    '    END IF;',
  ];
}

/** old → new: `up`; what `down` cannot bring back is recorded, the old value stays what it is. */
function oldSideWrote(pair: ColumnPair): readonly string[] {
  const column = quoteIdentifier(pair.column);
  return [
    `    _crossfade_direction := 'up';`,
    '    BEGIN',
    `      IF _crossfade_old THEN ${column} := ${upOf(pair)}; NEW.${column} := ${column}; END IF;`,
    ...(losesOn(pair, 'up') ? [] : wayBack(pair)),
    '    EXCEPTION WHEN OTHERS THEN',
    `      _crossfade_kind := 'error'; _crossfade_message := SQLERRM;`,
    '    END;',
  ];
}

/** Two values that meet in one must not meet in a unique index: that would refuse the write. */
function wayBack(pair: ColumnPair): readonly string[] {
  const spare = pair.distinct ? [`          NEW.${quoteIdentifier(pair.column)} := NULL;`] : [];
  return [
    '      BEGIN',
    `        _crossfade_back := ${downOf(pair)};`,
    `        IF ${downDiffers(pair, '_crossfade_back', `NEW.${fed(pair)}`)} THEN`,
    `          _crossfade_kind := 'loss'; _crossfade_message := format('down gives back %L', _crossfade_back);`,
    ...spare,
    '        END IF;',
    '      EXCEPTION WHEN OTHERS THEN',
    `        _crossfade_kind := 'loss'; _crossfade_message := 'down fails: ' || SQLERRM;`,
    ...spare,
    '      END;',
  ];
}
