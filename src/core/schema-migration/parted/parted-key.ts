import type { ConstraintCatalog, TableCatalog } from '../catalog.ts';
import { exclusively, giving } from '../change.ts';
import type { ChangeStatement, Relation } from '../change.ts';
import { buildConcurrently, placed } from '../concurrent-index.ts';
import type { WantedIndex } from '../concurrent-index.ts';
import { constraintUsingIndex } from '../constraint-using-index.ts';
import { quoteExisting } from '../identifier.ts';
import { shared, tie } from './parted-index.ts';
import type { PartedPlace } from './parted-index.ts';
import { leavesOf, partsOf, shareName, shareNames } from './partitions.ts';

/** How an index comes to be, takes its place and name, and goes after a rollback. */
export interface PartedKey {
  readonly build: readonly ChangeStatement[];
  readonly take: readonly ChangeStatement[];
  readonly retire: readonly ChangeStatement[];
}

/** What a key is from contract on, in the words of its definition. */
export type KeyDefinition = Pick<ConstraintCatalog, 'name' | 'kind' | 'definition'>;

/**
 * A primary key or a unique constraint of a partitioned table. It takes over no index of the whole table,
 * and none that is tied to one. So every leaf builds its own; at contract each becomes a constraint of its
 * leaf, and those are tied to one of the table that has no rows to read.
 * @param was the table when it last had a key of this name, from which its parts have their names
 */
export function partedKey(
  { schema, table }: PartedPlace,
  key: KeyDefinition,
  wanted: WantedIndex,
  was: TableCatalog = table,
): PartedKey {
  const leaves = leavesOf(table).map((leaf) => {
    const interim = shareName(wanted.interim, leaf);
    const found = leaf.indexes.find(({ name }) => name === interim);
    return { leaf, interim, found, name: `${wanted.name} on ${leaf.name}` };
  });
  const whole = { schema, name: table.name };
  const nameOf = shareNames(was, whole, key.name);
  return {
    build: leaves.flatMap(({ leaf, found, interim, name }) =>
      shared(table, buildConcurrently(leaf, found, { ...wanted, interim, name })),
    ),
    take: take({ table, key, wanted, nameOf }, whole, key.name),
    retire: exclusively(
      ...leaves
        .filter(({ found }) => found !== undefined)
        .map(({ leaf, interim }) => `DROP INDEX IF EXISTS ${placed(leaf.schema, interim)}`),
    ),
  };
}

interface Taking {
  readonly table: TableCatalog;
  readonly key: KeyDefinition;
  readonly wanted: WantedIndex;
  readonly nameOf: (part: Relation) => string;
}

/** @param name of the constraint there, which is that of its index, and free by now */
function take(taking: Taking, whole: Relation, name: string): readonly ChangeStatement[] {
  const { table, key, wanted, nameOf } = taking;
  const parts = partsOf(table, whole).map((part) => ({ part, name: nameOf(part) }));
  return [
    ...parts.flatMap((one) =>
      one.part.leaf
        ? [constraintUsingIndex(one.part, key, one.name, shareName(wanted.interim, one.part))]
        : take(taking, one.part, one.name),
    ),
    giving(
      { kind: 'key', on: whole, name },
      `ALTER TABLE ONLY ${placed(whole.schema, whole.name)} ADD CONSTRAINT ${quoteExisting(name)} ` +
        key.definition,
    ),
    ...parts.map((one) => tie(one.part, name, one.name)),
  ];
}
