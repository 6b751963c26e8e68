import type { PartitionCatalog, TableCatalog } from './catalog.ts';
import type { Relation } from './change.ts';
import { interimName } from './column-pair.ts';
import { shortId } from './identifier.ts';

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
