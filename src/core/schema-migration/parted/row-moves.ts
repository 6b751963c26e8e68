import type { TableCatalog } from '../catalog.ts';
import { quoteExisting, quoteLiteral } from '../identifier.ts';
import type { KeyColumns } from '../key-sql.ts';
import { unlike } from '../unlike.ts';
import type { Compared } from '../unlike.ts';

/** What decides where a row of a partitioned table stands. */
export interface Placed {
  readonly by: readonly (Compared & { readonly name: string })[];
  /** True where a trigger of the application may change it in an update that does not name it. */
  readonly rewritten: boolean;
}

/** Null for a table without partitions. */
export function placedOf({ partitionedBy, columns, rewriters }: TableCatalog): Placed | null {
  if (partitionedBy === null) return null;
  const by = columns.filter(({ name }) => partitionedBy.includes(name));
  return { by, rewritten: rewriters.length > 0 };
}

/**
 * Rows of a partitioned table to which something in another table belongs. For triggers an update that moves
 * a row to another partition is a DELETE and an INSERT, which are told from others in this way: before the
 * update a trigger notes the key; the DELETE of a noted key keeps what the row was; the INSERT that comes
 * next takes that for its OLD, and is an UPDATE to the sync. All is kept in settings of the transaction, by the
 * depth of triggers at which the statement runs, so that what it sets off does not meddle.
 */
export interface MovingRows {
  /** Eight hex digits of the operation. */
  readonly id: string;
  /** SQL of the whole table. */
  readonly table: string;
  readonly placed: Placed;
  readonly key: KeyColumns;
  /** What the sync asks of a row as it was; the key comes first. */
  readonly asked: KeyColumns;
  /** PL/pgSQL that takes away what belongs to a row that went, with its key in the array `_crossfade_left`. */
  readonly forget: readonly string[];
}

export const moveFunctionName = (id: string): string => `crossfade.move_${id}`;

/** Names of the triggers that follow moves; all of them on the whole table. */
export const moveTriggerNames = (id: string): readonly string[] =>
  ['0_move', '1_leave', '2_arrived'].map((event) => `zzz_crossfade_${id}_${event}`);

type Of = Pick<MovingRows, 'id' | 'key'>;

/** Name of a setting; by the depth as a trigger function knows it, unless told. */
const settingOf = ({ id }: Of, what: string, depth = '(pg_trigger_depth() - 1)'): string =>
  `${quoteLiteral(`crossfade.${what}_${id}_`)} || ${depth}`;
const valueOf = (setting: string): string => `coalesce(current_setting(${setting}, true), '')`;
const left = (moving: Of): string => settingOf(moving, 'left');

/** How many keys are noted, and true where there are some. */
const count = (moving: Of): string => settingOf(moving, 'moving');
const isSome = (setting: string): string => `${valueOf(setting)} NOT IN ('', '0')`;
const counted = (moving: Of, by: 1 | -1): string =>
  `PERFORM set_config(${count(moving)}, (coalesce(nullif(${valueOf(count(moving))}, ''), '0')::int + ${by})::text, true);`;

/** They are spread over so many settings: in one alone each would be looked for among all that move. */
const SPREAD = 256;

function hashOf({ key }: Of): string {
  const parts = key.map(({ name }) => `OLD.${quoteExisting(name)}::text`);
  return `hashtextextended(json_build_array(${parts.join(', ')})::text, 0)`;
}

const noted = (moving: Of): string =>
  `${settingOf(moving, 'moving')} || '_' || (${hashOf(moving)} & ${SPREAD - 1})`;
const noteOf = (moving: Of): string => `(',' || ${hashOf(moving)} || ',')`;

/** True, in a trigger function, for the DELETE of a row that is on its way to another partition. */
export const isOnTheMove = (moving: Of): string =>
  `(CASE WHEN ${isSome(count(moving))} THEN position(${noteOf(moving)} IN ${valueOf(noted(moving))}) > 0 ELSE false END)`;

const forgetNote = (moving: Of): readonly string[] => [
  `    PERFORM set_config(${noted(moving)}, replace(${valueOf(noted(moving))}, ${noteOf(moving)}, ''), true);`,
  `    ${counted(moving, -1)}`,
];

/** Of rows that were noted and stayed all the same, since a trigger of the application kept them. */
const forgetAll = (moving: Of): readonly string[] => [
  `    IF ${isSome(count(moving))} THEN`,
  `      PERFORM set_config(${settingOf(moving, 'moving')} || '_' || part, '', true) FROM generate_series(0, ${SPREAD - 1}) part;`,
  `      PERFORM set_config(${count(moving)}, '', true);`,
  '    END IF;',
];

/** @param heard condition of a statement that is not the sync's own */
export function createMoveTriggers(moving: MovingRows, heard: string): readonly string[] {
  const { id, table, placed } = moving;
  const [note, leave, arrived] = moveTriggerNames(id);
  const run = `EXECUTE FUNCTION ${moveFunctionName(id)}()`;
  const names = placed.by.map(({ name }) => quoteExisting(name));
  const of = placed.rewritten ? '' : ` OF ${names.join(', ')}`;
  const isMoved = placed.by
    .map((one, at) => unlike(`NEW.${names[at] ?? ''}`, `OLD.${names[at] ?? ''}`, one))
    .join(' OR ');
  const some = isSome(settingOf(moving, 'moving', 'pg_trigger_depth()'));
  return [
    `CREATE OR REPLACE TRIGGER ${note} BEFORE UPDATE${of} ON ${table} FOR EACH ROW WHEN ((${isMoved}) AND ${heard}) ${run}`,
    `CREATE OR REPLACE TRIGGER ${leave} AFTER DELETE ON ${table} FOR EACH ROW WHEN (${some} AND ${heard}) ${run}`,
    `CREATE OR REPLACE TRIGGER ${arrived} AFTER UPDATE ON ${table} FOR EACH STATEMENT WHEN (${some}) ${run}`,
  ];
}

/** Notes who is about to move, keeps what a noted row was, and clears up behind the statement. */
export function createMoveFunction(moving: MovingRows): string {
  const asked = moving.asked.map(({ name }) => `OLD.${quoteExisting(name)}::text`);
  return [
    `CREATE OR REPLACE FUNCTION ${moveFunctionName(moving.id)}() RETURNS trigger LANGUAGE plpgsql AS $crossfade$`,
    '#variable_conflict use_column',
    'DECLARE',
    `  _crossfade_left text[] := nullif(current_setting(${left(moving)}, true), '');`,
    `  _crossfade_echo text := coalesce(current_setting('crossfade.echo', true), '');`,
    '  _crossfade_kind text; _crossfade_direction text; _crossfade_message text;',
    'BEGIN',
    `  IF TG_WHEN = 'BEFORE' THEN`,
    `    PERFORM set_config(${noted(moving)}, ${valueOf(noted(moving))} || ${noteOf(moving)}, true);`,
    `    ${counted(moving, 1)}`,
    '    RETURN NEW;',
    '  END IF;',
    // A trigger of a partition kept the row before this one out of it.
    '  IF _crossfade_left IS NOT NULL THEN',
    ...moving.forget,
    `    PERFORM set_config(${left(moving)}, '', true);`,
    '  END IF;',
    `  IF TG_LEVEL = 'STATEMENT' THEN`,
    ...forgetAll(moving),
    `  ELSIF ${isOnTheMove(moving)} THEN`,
    `    PERFORM set_config(${left(moving)}, ARRAY[${asked.join(', ')}]::text, true);`,
    ...forgetNote(moving),
    '  END IF;',
    '  RETURN NULL;',
    'END $crossfade$',
  ].join('\n');
}

/** Variables of a function that follows moves. */
export const MOVE_VARIABLES: readonly string[] = [
  '  _crossfade_op text := TG_OP; _crossfade_left text[];',
];

/**
 * In a trigger function for rows that were written: the second half of a move is an update of the row that went.
 * @param more what else is so then
 */
export function arrive(moving: MovingRows, more: readonly string[]): readonly string[] {
  const columns = moving.asked.map(
    ({ name, type }, at) => `CAST(_crossfade_left[${at + 1}] AS ${type}) AS ${quoteExisting(name)}`,
  );
  return [
    `  IF TG_OP = 'INSERT' THEN`,
    `    _crossfade_left := nullif(current_setting(${left(moving)}, true), '');`,
    '    IF _crossfade_left IS NOT NULL THEN',
    `      PERFORM set_config(${left(moving)}, '', true);`,
    `      SELECT ${columns.join(', ')} INTO OLD;`,
    `      _crossfade_op := 'UPDATE';`,
    ...more,
    '    END IF;',
    // Noted, and yet in its partition still.
    `  ELSIF TG_OP = 'UPDATE' AND ${isOnTheMove(moving)} THEN`,
    ...forgetNote(moving),
    '  END IF;',
  ];
}
