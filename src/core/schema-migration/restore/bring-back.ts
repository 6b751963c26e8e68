import type { TableCatalog } from '../catalog.ts';
import { constraintUsingIndex } from '../constraint-using-index.ts';
import { quoteExisting, quoteLiteral, shortId } from '../identifier.ts';
import type { SchemaMigration } from '../schema-migration.ts';
import { markIndex } from '../index-marks.ts';
import { renameConstraint } from '../rename-constraint.ts';
import { interimBack, lostConstraints, lostIndexes } from './lost.ts';
import { columnsIn, matchTables, placeOf } from './matched.ts';
import type { Matched } from './matched.ts';
import {
  freePartsBack,
  markPartedBack,
  namePartedBack,
  partedBack,
  renamePartedBack,
  takePartedBack,
} from './parted-back.ts';
import type { Catalogs, PartedBack } from './parted-back.ts';
import { interimKnown, toBeKnown } from './rebuild.ts';
import type { Standing, StandingConstraint, StandingIndex } from './standing.ts';
import { lockAll } from './unswap.ts';

/**
 * The last transaction of a restore, when all rows are in step and all that is to stand on the old
 * columns has been built: from here on both versions live, as they did before contract.
 */
export function bringBack(
  migration: SchemaMigration,
  was: Standing,
  is: Standing,
  catalogs: Catalogs,
): readonly string[] {
  const tables = matchTables(was, is).map((table): Back => ({
    ...table,
    now: catalogs.now.tables.find(({ name }) => name === table.was.name) ?? null,
    parted: partedBack(table, catalogs),
  }));
  const onAll = (part: (table: Back) => readonly string[]): readonly string[] =>
    tables.flatMap(part);
  return [
    ...lockAll(was, tables),
    ...onAll((table) => dropNew(table, true)),
    ...onAll((table) => dropNew(table, false)),
    ...onAll(freeIdentity),
    ...onAll(freeNew),
    ...onAll(takeNotNull),
    ...onAll(renameKept),
    ...onAll(setNotNull),
    ...onAll(nameIndexes),
    ...onAll((table) => nameConstraints(table, 'primary', 'unique')),
    ...onAll((table) => nameConstraints(table, 'check', 'foreign')),
    ...onAll(giveSequences),
    ...onAll(marks),
    ...onAll(statistics),
    ...was.views.flatMap(showAgain),
    `UPDATE crossfade.standing SET restored_at = clock_timestamp() WHERE migration = ${quoteLiteral(migration.name)}`,
  ];
}

/** A table on its way back; `parted` is null for an ordinary one. */
interface Back extends Matched {
  readonly now: TableCatalog | null;
  readonly parted: PartedBack | null;
}

const alter = ({ was }: Matched): string => `ALTER TABLE ${placeOf(was)}`;
const inSchema = ({ was: { schema } }: Matched, name: string): string => placeOf({ schema, name });
const isOfRestore = (name: string): boolean => name.startsWith('_crossfade_back_');

/** What contract put up: foreign keys first, since they lean on the others. */
function dropNew(table: Matched, foreign: boolean): readonly string[] {
  const { was, is } = table;
  const fresh = is.constraints
    .filter(({ number, name, kind }) => {
      const isNew = !isOfRestore(name) && was.constraints.every((one) => one.number !== number);
      return isNew && (kind === 'foreign') === foreign;
    })
    .map(({ name }) => `${alter(table)} DROP CONSTRAINT ${quoteExisting(name)}`);
  return foreign ? fresh : [...fresh, ...dropNewIndexes(table)];
}

/** A plain index that somebody has built since refuses nothing, and stays. */
function dropNewIndexes(table: Matched): readonly string[] {
  const { was, is } = table;
  return is.indexes
    .filter(({ number, name, owned }) => {
      return !owned && !isOfRestore(name) && was.indexes.every((one) => one.number !== number);
    })
    .filter(({ name, unique }) => unique || was.indexes.some((one) => one.name === name))
    .map(({ name }) => `DROP INDEX ${inSchema(table, name)}`);
}

/**
 * Logical replication knows rows by an index of the new columns, which must stay NOT NULL for it. `marks` names the
 * one before; until then nobody writes.
 */
function freeIdentity(table: Matched): readonly string[] {
  const { was, is } = table;
  const fresh = is.indexes.filter(({ number, replica }) => {
    return replica && was.indexes.some((one) => one.number === number && !one.replica);
  });
  return fresh.length === 0 ? [] : [`${alter(table)} REPLICA IDENTITY DEFAULT`];
}

/** Columns that were less bound before. How far an identity has come is kept for the one before. */
function freeNew(table: Matched): readonly string[] {
  return columnsIn(table).flatMap(({ was, is }) => {
    const column = `${alter(table)} ALTER COLUMN ${quoteExisting(was.name)}`;
    const isIdentity = is.identity !== null && was.identity === null;
    return [
      ...(isIdentity && is.sequence !== null
        ? [
            `SELECT set_config(${quoteLiteral(keptAs(is.sequence.name))}, concat(last_value, ',', is_called), true) FROM ${is.sequence.name}`,
            `${column} DROP IDENTITY`,
          ]
        : []),
      ...(is.default !== null && was.default === null ? [`${column} DROP DEFAULT`] : []),
      ...(is.default !== null && was.default !== null && is.default !== was.default
        ? [`${column} SET DEFAULT ${was.default}`]
        : []),
    ];
  });
}

function takeNotNull(table: Back): readonly string[] {
  const { parted } = table;
  const anew = new Set(toBeKnown(table, parted).map(({ was }) => was.number));
  return columnsIn(table)
    .filter(({ was, is }) => is.notNull && (!was.notNull || anew.has(was.number)))
    .flatMap(({ was }) => [
      `${alter(table)} ALTER COLUMN ${quoteExisting(was.name)} DROP NOT NULL`,
      ...(parted === null ? [] : freePartsBack(parted, was.name)),
    ]);
}

/** A setting that holds, within the transaction, how far a sequence has come. */
const keptAs = (sequence: string): string => `crossfade.back_${shortId(sequence)}`;

/** What contract only renamed. */
function renameKept(table: Back): readonly string[] {
  const { was, is } = table;
  const renamed = <Thing extends { readonly number: string; readonly name: string }>(
    before: readonly Thing[],
    after: readonly Thing[],
  ) =>
    before.flatMap((then) => {
      const now = after.find(({ number }) => number === then.number);
      return now === undefined || now.name === then.name ? [] : [{ from: now.name, to: then.name }];
    });
  const lost = new Set(lostIndexes(table).map(({ number }) => number));
  const isKept = ({ number, owned }: StandingIndex): boolean => !owned && !lost.has(number);
  return [
    ...renamed(was.constraints, is.constraints).map(
      ({ from, to }) =>
        `${alter(table)} RENAME CONSTRAINT ${quoteExisting(from)} TO ${quoteExisting(to)}`,
    ),
    ...renamed(was.indexes.filter(isKept), is.indexes).map(
      ({ from, to }) => `ALTER INDEX ${inSchema(table, from)} RENAME TO ${quoteExisting(to)}`,
    ),
    ...(table.parted === null ? [] : renamePartedBack(table, table.parted)),
  ];
}

/** The check has proved it, so no row is read. */
function setNotNull(table: Back): readonly string[] {
  return toBeKnown(table, table.parted).flatMap(({ was }) => [
    `${alter(table)} ALTER COLUMN ${quoteExisting(was.name)} SET NOT NULL`,
    `${alter(table)} DROP CONSTRAINT ${quoteExisting(interimKnown(table.was.number, was.number))}`,
  ]);
}

function nameIndexes(table: Back): readonly string[] {
  if (table.parted !== null) return namePartedBack(table, table.parted);
  return lostIndexes(table)
    .filter(({ owned }) => !owned)
    .map(
      ({ number, name }) =>
        `ALTER INDEX ${inSchema(table, interimBack(number))} RENAME TO ${quoteExisting(name)}`,
    );
}

function nameConstraints(
  table: Back,
  ...kinds: readonly StandingConstraint['kind'][]
): readonly string[] {
  return lostConstraints(table, ...kinds).flatMap((one) => [
    ...((table.parted === null ? null : takePartedBack(table, table.parted, one)) ??
      named(table, one)),
    ...(one.comment === null
      ? []
      : [
          `COMMENT ON CONSTRAINT ${quoteExisting(one.name)} ON ${placeOf(table.was)} IS ${quoteLiteral(one.comment)}`,
        ]),
  ]);
}

function named(
  { was, now }: Back,
  { number, name, kind, definition, index }: StandingConstraint,
): readonly string[] {
  if (kind === 'check' || kind === 'foreign') {
    return renameConstraint(was, now, interimBack(number), name).map(({ sql }) => sql);
  }
  if (index !== null) {
    return [constraintUsingIndex(was, { kind, definition }, name, interimBack(index)).sql];
  }
  return [`ALTER TABLE ${placeOf(was)} ADD CONSTRAINT ${quoteExisting(name)} ${definition}`];
}

/** An identity begins where its successor stopped; a sequence of another kind changes its owner. */
function giveSequences(table: Matched): readonly string[] {
  return columnsIn(table).flatMap(({ was, is }) => {
    if (was.sequence === null || is.sequence?.name === was.sequence.name) return [];
    const { name, type, options, grants } = was.sequence;
    const column = quoteExisting(was.name);
    if (was.identity === null) {
      return [
        `ALTER SEQUENCE ${name} AS ${type}`,
        `ALTER SEQUENCE ${name} OWNED BY ${placeOf(table.was)}.${column}`,
      ];
    }
    const kept = `current_setting(${quoteLiteral(keptAs(name))})`;
    const [last, called] = [1, 2].map((at) => `split_part(${kept}, ',', ${at})`);
    return [
      `${alter(table)} ALTER COLUMN ${column} ADD GENERATED ${was.identity} AS IDENTITY (${options})`,
      `SELECT setval(${quoteLiteral(name)}, ${last ?? ''}::bigint, ${called ?? ''}::boolean)`,
      ...grants,
    ];
  });
}

function marks(table: Back): readonly string[] {
  return [
    ...lostIndexes(table).flatMap((one) => markIndex(table.was, { ...one, identity: one.replica })),
    ...(table.parted === null ? [] : markPartedBack(table, table.parted)),
  ];
}

function statistics({ was, is }: Matched): readonly string[] {
  const changed = was.statistics.filter((then) =>
    is.statistics.every((now) => now.definition !== then.definition),
  );
  return changed.flatMap(({ name, definition }) => [
    `DROP STATISTICS IF EXISTS ${name}`,
    definition,
  ]);
}

function showAgain(view: Standing['views'][number]): readonly string[] {
  return [
    `DROP TRIGGER IF EXISTS crossfade_returning ON ${placeOf(view)}`,
    `CREATE OR REPLACE VIEW ${placeOf(view)} WITH (security_invoker = true) AS ${view.definition}`,
  ];
}
