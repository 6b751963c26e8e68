import type { WantedConstraint } from '../build-constraint.ts';
import type { PartitionCatalog, TableCatalog } from '../catalog.ts';
import { exclusively } from '../change.ts';
import type { ChangeStatement, Relation } from '../change.ts';
import { placed } from '../concurrent-index.ts';
import { quoteExisting } from '../identifier.ts';
import { renameConstraint } from '../rename-constraint.ts';
import { shared } from './parted-index.ts';
import type { PartedPlace } from './parted-index.ts';
import { leavesOf, sharesOf } from './partitions.ts';

/** How a foreign key of a partitioned table comes to be, gets its name, and goes after a rollback. */
export interface PartedForeignKey {
  /** For new rows of each leaf; takes a lock for a moment. */
  readonly add: readonly ChangeStatement[];
  /** For rows that are there, leaf by leaf; then the whole takes what its leaves have. */
  readonly prove: readonly ChangeStatement[];
  readonly rename: readonly ChangeStatement[];
  readonly retire: readonly ChangeStatement[];
}

/**
 * A foreign key of a partitioned table, which older servers add to the whole by reading all its rows under
 * a lock. Leaf by leaf it can be proven beside writers; the whole then adopts those of its leaves, and
 * partitions that come later have it from PostgreSQL.
 * @param was the table when it last had the key, from which its parts have their names
 */
export function partedForeignKey(
  { schema, table }: PartedPlace,
  wanted: WantedConstraint,
  was: TableCatalog = table,
): PartedForeignKey {
  const whole = { schema, name: table.name };
  const isWhole = table.constraints.some((one) => one.name === wanted.interim);
  // What the whole has, every leaf has.
  const leaves = isWhole ? [] : leavesOf(table);
  // On a partition that has come with one of its own, which the whole has adopted, ours would be left over.
  const loose = drop(
    leavesOf(table).filter((leaf) => found(leaf, wanted)?.of === null),
    wanted,
  );
  return {
    add: shared(
      table,
      leaves.flatMap((leaf) => addTo(leaf, wanted)),
    ),
    prove: [
      ...shared(
        table,
        leaves.flatMap((leaf) => validate(leaf, wanted)),
      ),
      ...(isWhole ? [] : [adopt(whole, wanted)]),
    ],
    rename: [...(isWhole ? loose : []), ...rename({ schema, table }, wanted, was)],
    retire: [...(isWhole ? drop([whole], wanted) : []), ...loose],
  };
}

/** Locks the other table as well, whose triggers go. */
function drop(
  from: readonly Relation[],
  { interim, also = [] }: WantedConstraint,
): readonly ChangeStatement[] {
  return exclusively(
    ...from.map((one) => `${alter(one)} DROP CONSTRAINT IF EXISTS ${quoteExisting(interim)}`),
  ).map((one) => ({ ...one, also }));
}

function addTo(leaf: PartitionCatalog, wanted: WantedConstraint): readonly ChangeStatement[] {
  if (found(leaf, wanted) !== undefined) return [];
  const { interim, name, definition, lock, also = [] } = wanted;
  const sql = `${alter(leaf)} ADD CONSTRAINT ${quoteExisting(interim)} ${definition} NOT VALID`;
  return [{ sql, lock, words: `adds ${name} on ${leaf.name}`, also: [leaf, ...also] }];
}

function validate(leaf: PartitionCatalog, wanted: WantedConstraint): readonly ChangeStatement[] {
  if (found(leaf, wanted)?.validated === true) return [];
  const sql = `${alter(leaf)} VALIDATE CONSTRAINT ${quoteExisting(wanted.interim)}`;
  return [{ sql, lock: 'ShareUpdateExclusive', words: `validates ${wanted.name} on ${leaf.name}` }];
}

/** Reads no row of a leaf that has it. Triggers of the leaves' own go, for which the other table is locked. */
function adopt(whole: Relation, wanted: WantedConstraint): ChangeStatement {
  const { interim, name, definition, also = [] } = wanted;
  return {
    sql: `${alter(whole)} ADD CONSTRAINT ${quoteExisting(interim)} ${definition}`,
    lock: 'AccessExclusive',
    words: `adds ${name} to the whole`,
    also: [whole, ...also],
  };
}

/** Parts have it under the name that the whole has; a partition that was attached with one of its own keeps that. */
function rename(
  { schema, table }: PartedPlace,
  { interim, name }: WantedConstraint,
  was: TableCatalog,
): readonly ChangeStatement[] {
  const whole = { schema, name: table.name };
  const shares = sharesOf(table, whole, 'constraints', interim);
  const before = [...sharesOf(was, whole, 'constraints', name)];
  const nameOn = (part: Relation): string =>
    before.find(([one]) => one.schema === part.schema && one.name === part.name)?.[1].name ?? name;
  const parts = table.partitions.filter((part) => (shares.get(part)?.name ?? interim) === interim);
  return [
    ...renameConstraint(whole, table, interim, name),
    ...parts.flatMap((part) => renameConstraint(part, null, interim, nameOn(part))),
  ];
}

const found = (leaf: PartitionCatalog, { interim }: WantedConstraint) =>
  leaf.constraints.find(({ name }) => name === interim);

const alter = ({ schema, name }: Relation): string => `ALTER TABLE ${placed(schema, name)}`;
