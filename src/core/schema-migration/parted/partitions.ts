import type { PartitionCatalog, TableCatalog } from '../catalog.ts';
import type { Relation } from '../change.ts';
import { interimName } from '../column-pair.ts';
import { bytesIn, cutTo, LONGEST_NAME, shortId } from '../identifier.ts';

/** The parts of a table, or of one of its parts, without theirs. */
export function partsOf({ partitions }: TableCatalog, whole: Relation) {
  return partitions.filter(
    ({ parent }) => parent.schema === whole.schema && parent.name === whole.name,
  );
}

/** Where the rows are. */
export function leavesOf({ partitions }: TableCatalog): readonly PartitionCatalog[] {
  return partitions.filter(({ leaf }) => leaf);
}

type Things = 'indexes' | 'constraints';

/** What parts have of one index or constraint of the whole, on all levels, by part. */
export function sharesOf<T extends Things>(
  table: TableCatalog,
  whole: Relation,
  things: T,
  name: string,
): ReadonlyMap<PartitionCatalog, PartitionCatalog[T][number]> {
  return new Map(
    partsOf(table, whole).flatMap((part) => {
      const share = part[things].find(({ of }) => of === name);
      if (share === undefined) return [];
      return [[part, share] as const, ...sharesOf(table, part, things, share.name)];
    }),
  );
}

/** What a part calls its share of a thing that is on its way; stable. */
export function shareName(interim: string, { schema, name }: Relation): string {
  return interimName(shortId(`${interim}/${schema}.${name}`), name);
}

/**
 * What parts call their shares of an index or a key of the whole: as they did before, else much as
 * PostgreSQL would.
 * @param was the table as it stood when the thing was last there, under this name
 */
export function shareNames(
  was: TableCatalog,
  whole: Relation,
  name: string,
): (part: Relation) => string {
  const before = [...sharesOf(was, whole, 'indexes', name)];
  return (part) => {
    const known = before.find(([one]) => one.schema === part.schema && one.name === part.name);
    return known?.[1].name ?? ownShareName(name, whole, part);
  };
}

/** `people_by_n` of `people` is `people_0_by_n` of its part `people_0`. */
export function ownShareName(name: string, whole: Relation, part: Relation): string {
  const own = name.startsWith(`${whole.name}_`) ? name.slice(whole.name.length + 1) : name;
  const full = `${part.name}_${own}`;
  if (bytesIn(full) <= LONGEST_NAME) return full;
  const id = `_${shortId(full)}`;
  return `${cutTo(LONGEST_NAME - id.length, full)}${id}`;
}
