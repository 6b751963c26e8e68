import type { WantedConstraint } from '../build-constraint.ts';
import type { ConstraintCatalog, PartitionCatalog, TableCatalog } from '../catalog.ts';
import { exclusively } from '../change.ts';
import type { Change, ChangeStatement, Relation } from '../change.ts';
import { placed } from '../concurrent-index.ts';
import { quoteExisting } from '../identifier.ts';
import { shared } from './parted-index.ts';
import type { PartedPlace } from './parted-index.ts';
import { leavesOf, sharesOf } from './partitions.ts';

/**
 * A foreign key of a partitioned table, which older servers add to the whole by reading all its rows under
 * a lock. Leaf by leaf it can be proven beside writers; the whole then takes what its leaves have.
 * @param was the table when it last had the key, from which its parts have their names
 */
export function partedForeignKey(
  { schema, table }: PartedPlace,
  { name, definition }: Pick<ConstraintCatalog, 'name' | 'definition'>,
  wanted: WantedConstraint,
  was: TableCatalog = table,
): Required<Pick<Change, 'seal' | 'rename' | 'retire'>> {
  const whole = { schema, name: table.name };
  const leaves = leavesOf(table);
  const old = [...sharesOf(was, whole, 'constraints', name)];
  const nameOn = (leaf: Relation): string =>
    old.find(([one]) => one.schema === leaf.schema && one.name === leaf.name)?.[1].name ?? name;
  const interim = quoteExisting(wanted.interim);
  return {
    seal: shared(
      table,
      leaves.flatMap((leaf) => prove(leaf, wanted)),
    ),
    rename: exclusively(
      ...leaves.map(
        (leaf) => `${alter(leaf)} RENAME CONSTRAINT ${interim} TO ${quoteExisting(nameOn(leaf))}`,
      ),
      `${alter(whole)} ADD CONSTRAINT ${quoteExisting(name)} ${definition}`,
    ).map((one) => ({ ...one, also: wanted.also ?? [] })),
    retire: exclusively(
      ...leaves
        .filter((leaf) => found(leaf, wanted) !== undefined)
        .map((leaf) => `${alter(leaf)} DROP CONSTRAINT IF EXISTS ${interim}`),
    ).map((one) => ({ ...one, also: wanted.also ?? [] })),
  };
}

/** For new rows, which takes a lock for a moment; then for those that are there. */
function prove(leaf: PartitionCatalog, wanted: WantedConstraint): readonly ChangeStatement[] {
  const { interim, name, definition, lock, also = [] } = wanted;
  const there = found(leaf, wanted);
  const add = `${alter(leaf)} ADD CONSTRAINT ${quoteExisting(interim)} ${definition} NOT VALID`;
  const validate = `${alter(leaf)} VALIDATE CONSTRAINT ${quoteExisting(interim)}`;
  const what = `${name} on ${leaf.name}`;
  return [
    ...(there === undefined
      ? [{ sql: add, lock, words: `adds ${what}`, also: [leaf, ...also] }]
      : []),
    ...(there?.validated === true
      ? []
      : [{ sql: validate, lock: 'ShareUpdateExclusive', words: `validates ${what}` } as const]),
  ];
}

const found = (leaf: PartitionCatalog, { interim }: WantedConstraint) =>
  leaf.constraints.find(({ name }) => name === interim);

const alter = ({ schema, name }: Relation): string => `ALTER TABLE ${placed(schema, name)}`;
