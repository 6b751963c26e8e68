import type { ConstraintCatalog, TableCatalog } from '../catalog.ts';
import { exclusively } from '../change.ts';
import type { ChangeStatement, Relation } from '../change.ts';
import { buildConcurrently, placed } from '../concurrent-index.ts';
import type { WantedIndex } from '../concurrent-index.ts';
import { quoteExisting } from '../identifier.ts';
import { shared, tie } from '../parted-index.ts';
import { leavesOf, partsOf, shareName } from '../partitions.ts';
import type { Carrying } from './carrying.ts';
import { constraintUsingIndex } from './constraint-using-index.ts';

/** How an index comes to be, takes the old one's place, and goes after a rollback. */
export interface PartedKey {
  readonly build: readonly ChangeStatement[];
  readonly take: readonly ChangeStatement[];
  readonly retire: readonly ChangeStatement[];
}

/**
 * A primary key or a unique constraint of a partitioned table. It takes over no index of the whole table,
 * and none that is tied to one. So every leaf builds its own; at contract each becomes a constraint of its
 * leaf, and those are tied to one of the table that has no rows to read.
 */
export function partedKey(
  { migration, table }: Carrying,
  constraint: ConstraintCatalog,
  wanted: WantedIndex,
): PartedKey {
  const leaves = leavesOf(table).map((leaf) => {
    const interim = shareName(wanted.interim, leaf);
    const found = leaf.indexes.find(({ name }) => name === interim);
    return { leaf, interim, found, name: `${wanted.name} on ${leaf.name}` };
  });
  const whole = { schema: migration.schema, name: table.name };
  return {
    build: leaves.flatMap(({ leaf, found, interim, name }) =>
      shared(table, buildConcurrently(leaf, found, { ...wanted, interim, name })),
    ),
    take: keyOf({ table, constraint, wanted }, whole, constraint.name),
    retire: exclusively(
      ...leaves
        .filter(({ found }) => found !== undefined)
        .map(({ leaf, interim }) => `DROP INDEX IF EXISTS ${placed(leaf.schema, interim)}`),
    ),
  };
}

interface Key {
  readonly table: TableCatalog;
  readonly constraint: ConstraintCatalog;
  readonly wanted: WantedIndex;
}

/** @param name of the old constraint there, which is that of its index, and free by now */
function keyOf(key: Key, whole: Relation, name: string): readonly ChangeStatement[] {
  const { table, constraint, wanted } = key;
  const parts = partsOf(table, whole).map((part) => {
    const old = part.indexes.find(({ of }) => of === name)?.name;
    return { part, name: old ?? shareName(wanted.interim, part) };
  });
  return [
    ...parts.flatMap((one) =>
      one.part.leaf
        ? exclusively(
            constraintUsingIndex(
              one.part,
              constraint,
              one.name,
              shareName(wanted.interim, one.part),
            ),
          )
        : keyOf(key, one.part, one.name),
    ),
    ...exclusively(
      `ALTER TABLE ONLY ${placed(whole.schema, whole.name)} ADD CONSTRAINT ${quoteExisting(name)} ` +
        constraint.definition,
    ),
    ...parts.map((one) => tie(one.part, name, one.name)),
  ];
}
