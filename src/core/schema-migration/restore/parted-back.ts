import type { Catalog, TableCatalog } from '../catalog.ts';
import type { ChangeStatement, Relation } from '../change.ts';
import { placed } from '../concurrent-index.ts';
import type { WantedIndex } from '../concurrent-index.ts';
import { quoteExisting } from '../identifier.ts';
import { markIndex } from '../index-marks.ts';
import { partedForeignKey } from '../parted/parted-foreign-key.ts';
import { buildParted, nameParted } from '../parted/parted-index.ts';
import type { PartedPlace } from '../parted/parted-index.ts';
import { partedKey } from '../parted/parted-key.ts';
import { sharesOf } from '../parted/partitions.ts';
import { interimBack, lostIndexes } from './lost.ts';
import type { Matched } from './matched.ts';
import type { StandingColumn, StandingConstraint, StandingIndex } from './standing.ts';

/** What the target looked like when contract began, and what it looks like now. */
export interface Catalogs {
  readonly before: Catalog;
  readonly now: Catalog;
}

/** A partitioned table with the parts that it has now, and with those that it had. */
export interface PartedBack {
  readonly place: PartedPlace;
  readonly before: TableCatalog;
}

/** Null for an ordinary table. Its name is its old one again by then. */
export function partedBack({ was }: Matched, { before, now }: Catalogs): PartedBack | null {
  const named = ({ tables }: Catalog) => tables.find(({ name }) => name === was.name);
  const [then, table] = [named(before), named(now)];
  if (!was.partitioned || then === undefined || table === undefined) return null;
  return { place: { schema: was.schema, table }, before: then };
}

/** Leaf by leaf, beside writers. */
export function buildPartedBack(table: Matched, parted: PartedBack): readonly ChangeStatement[] {
  return lostIndexes(table).flatMap((index) => {
    const owner = table.was.constraints.find((one) => one.index === index.number);
    return owner === undefined
      ? buildParted(parted.place, wantedBack(parted, index))
      : keyBack(parted, index, owner).build;
  });
}

/** In the last transaction: parts and all have the names that they had. */
export function namePartedBack(table: Matched, parted: PartedBack): readonly string[] {
  const { place, before } = parted;
  return lostIndexes(table)
    .filter(({ owned }) => !owned)
    .flatMap(({ number, name }) => nameParted(place, interimBack(number), name, before))
    .map(({ sql }) => sql);
}

/** A key made of parts' indexes leaves NOT NULL of their own to them, which that of the whole does not take along. */
export function freePartsBack({ place, before }: PartedBack, column: string): readonly string[] {
  return place.table.partitions
    .filter((part) => {
      const then = before.partitions.find((one) => isSame(one, part));
      return then?.notNull?.includes(column) !== true;
    })
    .map(
      ({ schema, name }) =>
        `ALTER TABLE ${placed(schema, name)} ALTER COLUMN ${quoteExisting(column)} DROP NOT NULL`,
    );
}

/**
 * True where such a key has given parts a NOT NULL of their own besides that of the whole. Both are set anew: else it
 * would stay on parts when somebody takes it from the whole.
 */
export function isKnownByParts(
  { place, before }: PartedBack,
  { name, identity }: Pick<StandingColumn, 'name' | 'identity'>,
): boolean {
  const rows = [
    ...before.constraints.filter(({ kind }) => kind === 'primary'),
    ...before.indexes.filter((one) => one.identity),
  ];
  // These ask for it all the while.
  if (identity !== null || rows.some(({ columns }) => columns.includes(name))) return false;
  return place.table.partitions.some((part) => {
    const then = before.partitions.find((one) => isSame(one, part));
    return part.ownNotNull?.includes(name) === true && then?.ownNotNull?.includes(name) === false;
  });
}

/** Parts of indexes, and of foreign keys, that contract only renamed. */
export function renamePartedBack(table: Matched, parted: PartedBack): readonly string[] {
  const { was, is } = table;
  const indexes = was.indexes.flatMap((then) =>
    renamedShares(parted, 'indexes', then, is.indexes).map(
      ({ part, from, to }) =>
        `ALTER INDEX ${placed(part.schema, from)} RENAME TO ${quoteExisting(to)}`,
    ),
  );
  const foreign = was.constraints
    .filter(({ kind }) => kind === 'foreign')
    .flatMap((then) =>
      renamedShares(parted, 'constraints', then, is.constraints).map(
        ({ part, from, to }) =>
          `ALTER TABLE ${placed(part.schema, part.name)} ` +
          `RENAME CONSTRAINT ${quoteExisting(from)} TO ${quoteExisting(to)}`,
      ),
    );
  return [...indexes, ...foreign];
}

/** What parts called their shares of a thing that is still there, and call them now. */
function renamedShares(
  { place, before }: PartedBack,
  things: 'indexes' | 'constraints',
  { number, name }: Pick<StandingIndex, 'number' | 'name'>,
  now: readonly Pick<StandingIndex, 'number' | 'name'>[],
) {
  const whole = { schema: place.schema, name: place.table.name };
  const kept = now.find((one) => one.number === number);
  if (kept === undefined) return [];
  const then = [...sharesOf(before, whole, things, name)];
  return [...sharesOf(place.table, whole, things, kept.name)].flatMap(([part, { name: from }]) => {
    const to = then.find(([one]) => isSame(one, part))?.[1].name;
    return to === undefined || to === from ? [] : [{ part, from, to }];
  });
}

/** A key over the leaves' indexes, or a foreign key that has been proven on each leaf. */
export function takePartedBack(
  { was }: Matched,
  parted: PartedBack,
  constraint: StandingConstraint,
): readonly string[] | null {
  if (constraint.kind === 'foreign' && constraint.validated) {
    return foreignBack(parted, constraint).rename.map(({ sql }) => sql);
  }
  const index = was.indexes.find(({ number }) => number === constraint.index);
  if (index === undefined) return null;
  return keyBack(parted, index, constraint).take.map(({ sql }) => sql);
}

/** Comments and such of the parts of what was built again. */
export function markPartedBack(table: Matched, { place, before }: PartedBack): readonly string[] {
  const whole = { schema: place.schema, name: place.table.name };
  return lostIndexes(table).flatMap(({ name }) =>
    [...sharesOf(before, whole, 'indexes', name)]
      .filter(([part]) => place.table.partitions.some((one) => isSame(one, part)))
      .flatMap(([part, share]) => markIndex(part, share)),
  );
}

export function foreignBack(
  { place, before }: PartedBack,
  { number, name, definition }: StandingConstraint,
) {
  const leads = before.constraints.find((one) => one.name === name)?.references ?? null;
  const wanted = {
    interim: interimBack(number),
    name,
    definition,
    lock: 'ShareRowExclusive',
    also: leads === null ? [] : [{ schema: leads.schema, name: leads.table }],
  } as const;
  return partedForeignKey(place, wanted, before);
}

const keyBack = (parted: PartedBack, index: StandingIndex, owner: StandingConstraint) =>
  partedKey(parted.place, owner, wantedBack(parted, index), parted.before);

function wantedBack({ before }: PartedBack, { number, name, unique }: StandingIndex): WantedIndex {
  const body = before.indexes.find((one) => one.name === name)?.body;
  if (body === undefined) throw new RangeError(`The catalog of contract lacks the index ${name}.`);
  return { interim: interimBack(number), name, unique, body };
}

const isSame = (one: Relation, other: Relation): boolean =>
  one.schema === other.schema && one.name === other.name;
