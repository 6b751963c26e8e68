import { quoteExisting, quoteLiteral } from '../identifier.ts';
import { note } from './write.ts';
import { unlike } from '../unlike.ts';
import {
  allOf,
  blankOf,
  comparedAt,
  differsAt,
  otherPlace,
  scratchColumns,
  valueFor,
  valueName,
} from './table-pair.ts';
import type { MovedColumn, Place, TablePair } from './table-pair.ts';

/**
 * For each column: what the other place would have to hold now (`to`), what it had to hold before
 * (`was`), and whether that differs. Who converts nothing pays for no handler.
 */
export function convert(pair: TablePair, here: Place): readonly string[] {
  return pair.columns.flatMap((column, at) =>
    column.same ? moved(pair, here, column, at) : converted(pair, here, column, at),
  );
}

function moved(pair: TablePair, here: Place, column: MovedColumn, at: number): readonly string[] {
  const [was, to] = [`_crossfade_was${at}`, `_crossfade_to${at}`];
  return [
    `  ${to} := _crossfade_${here}${at};`,
    '  IF NOT _crossfade_all THEN',
    `    ${was} := OLD.${quoteExisting(column.names[here])};`,
    `    _crossfade_changed${at} := ${differsAt(column, otherPlace(here), was, to)};`,
    '  END IF;',
    ...refusedNull(pair, here, at),
  ];
}

function converted(
  pair: TablePair,
  here: Place,
  column: MovedColumn,
  at: number,
): readonly string[] {
  const expression = valueFor(pair, column, otherPlace(here));
  const source = valueName(pair, column, here);
  return [
    '  IF NOT _crossfade_all THEN',
    '    BEGIN',
    ...(pair.old === here ? loadOld(pair) : loadNow(pair)),
    ...(pair.old === here ? [] : [`      ${source} := OLD.${quoteExisting(column.names[here])};`]),
    `      _crossfade_was${at} := ${expression};`,
    `      _crossfade_changed${at} := false;`,
    // A value that cannot be compared has been written all the same.
    '    EXCEPTION WHEN OTHERS THEN NULL;',
    '    END;',
    '  END IF;',
    '  BEGIN',
    ...loadNow(pair),
    ...(pair.old === here ? [] : [`    ${source} := _crossfade_${here}${at};`]),
    `    _crossfade_to${at} := ${expression};`,
    `    _crossfade_changed${at} := ${hasChanged(pair, here, column, at)};`,
    ...(pair.old === here ? leadsBack(pair, here, column, at) : returns(pair, here, column, at)),
    '  EXCEPTION WHEN OTHERS THEN',
    ...note(pair, here, 'error', 'SQLERRM'),
    ...keep(here, at),
    '  END;',
  ];
}

/** The old side wrote what derives anew; the new side wrote what differs, whatever derives from it. */
function hasChanged(pair: TablePair, here: Place, column: MovedColumn, at: number): string {
  if (pair.old === here) {
    const derived = differsAt(
      column,
      otherPlace(here),
      `_crossfade_was${at}`,
      `_crossfade_to${at}`,
    );
    return `_crossfade_changed${at} OR ${derived}`;
  }
  const name = quoteExisting(column.names[here]);
  const written = unlike(`OLD.${name}`, `_crossfade_${here}${at}`, comparedAt(column, here));
  return `_crossfade_all OR ${written}`;
}

/** The expressions know old columns by their names. */
function loadOld(pair: TablePair): readonly string[] {
  return scratchColumns(pair).map(({ name }) => {
    const quoted = quoteExisting(name);
    return `      ${quoted} := OLD.${quoted};`;
  });
}

function loadNow(pair: TablePair): readonly string[] {
  return scratchColumns(pair).map(
    ({ name }, at) => `    ${quoteExisting(name)} := _crossfade_now${at};`,
  );
}

/** old → new: the new value is taken; that the old one would not come back from it is recorded. */
function leadsBack(
  pair: TablePair,
  here: Place,
  column: MovedColumn,
  at: number,
): readonly string[] {
  const there = otherPlace(here);
  return [
    '    BEGIN',
    `      ${valueName(pair, column, there)} := _crossfade_to${at};`,
    `      _crossfade_back${at} := ${valueFor(pair, column, here)};`,
    `      IF ${differsAt(column, here, `_crossfade_back${at}`, `_crossfade_${here}${at}`)} THEN`,
    ...note(pair, here, 'loss', `format('down gives back %L', _crossfade_back${at})`),
    '      END IF;',
    '    EXCEPTION WHEN OTHERS THEN',
    ...note(pair, here, 'loss', `'down fails: ' || SQLERRM`),
    '    END;',
  ];
}

/** new → old: the old value is replaced only when `up` leads back and nothing is erased. */
function returns(pair: TablePair, here: Place, column: MovedColumn, at: number): readonly string[] {
  const there = otherPlace(here);
  const refused = refusedNull(pair, here, at);
  const [to, back] = [`_crossfade_to${at}`, `_crossfade_back${at}`];
  const erases = column.pair.partial
    ? [
        `    ELSIF ${to} IS NULL AND _crossfade_${there}${at} IS NOT NULL THEN`,
        ...note(pair, here, 'loss', `'down would erase the old value'`),
        ...keep(here, at),
      ]
    : [];
  return [
    ...refused,
    `    ${valueName(pair, column, there)} := ${to};`,
    `    ${back} := ${valueFor(pair, column, here)};`,
    `    IF ${differsAt(column, here, back, `_crossfade_${here}${at}`)}${blankStands(pair, here, at)} THEN`,
    ...note(pair, here, 'loss', `format('down gives %L, from which up gives %L', ${to}, ${back})`),
    ...keep(here, at),
    ...erases,
    '    END IF;',
  ];
}

/** A narrow row without any value stands for a wide row of blanks, which need not lead back. */
function blankStands(pair: TablePair, here: Place, at: number): string {
  if (here === 'wide' || pair.columns[at]?.notNull.wide !== true) return '';
  return ` AND NOT (${allNull(pair)} AND _crossfade_to${at} IS NOT DISTINCT FROM ${blankAt(pair, at)})`;
}

/** Where the wide column takes no NULL. */
function refusedNull(pair: TablePair, here: Place, at: number): readonly string[] {
  if (here === 'wide' || pair.columns[at]?.notNull.wide !== true) return [];
  const why = quoteLiteral(`${pair.wide}.${pair.columns[at]?.names.wide ?? ''} takes no NULL`);
  return [
    `  IF _crossfade_to${at} IS NULL AND ${allNull(pair)} THEN _crossfade_to${at} := ${blankAt(pair, at)};`,
    `  ELSIF _crossfade_to${at} IS NULL THEN`,
    ...note(pair, here, 'loss', why),
    ...keep(here, at),
    '  END IF;',
  ];
}

const allNull = (pair: TablePair): string =>
  allOf(pair.columns.map((_, at) => `_crossfade_narrow${at} IS NULL`));

function blankAt(pair: TablePair, at: number): string {
  const column = pair.columns[at];
  return column === undefined ? 'NULL' : blankOf(column);
}

/** What could not be carried leaves the other place as it is. */
const keep = (here: Place, at: number): readonly string[] => [
  `      _crossfade_to${at} := _crossfade_${otherPlace(here)}${at}; _crossfade_changed${at} := false;`,
];
