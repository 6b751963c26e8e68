import { CrossfadeError } from '../../errors.ts';
import type { WantedConstraint } from '../build-constraint.ts';
import type { PartConstraintCatalog, TableCatalog } from '../catalog.ts';
import { placed } from '../concurrent-index.ts';
import { quoteExisting } from '../identifier.ts';

/**
 * What a partition alone asks of a column, in words; null where none does. The sync minds what the whole
 * table asks, and contract frees the column of it: of this neither knows.
 */
export function ownOfPart({ partitions }: TableCatalog, column: string): string | null {
  for (const { name, notNull = [], constraints, indexes } of partitions) {
    const key = indexes.find((one) => one.constraint !== null && isOwnOver(one, column));
    const own = constraints.find((one) => isOwnOver(one, column)) ?? key;
    const what = notNull.includes(column) ? 'NOT NULL' : own?.name;
    if (what === undefined) continue;
    return `partition ${name} alone has ${what} on "${column}". Take it away first, or give it to the whole table.`;
  }
  return null;
}

const isOwnOver = (
  one: { readonly of: string | null; readonly columns: readonly string[] },
  column: string,
): boolean => one.of === null && one.columns.includes(column);

/** NOT NULL of their own, which stays on partitions when the whole is freed of it. */
export function freeParts({ partitions }: TableCatalog, column: string): readonly string[] {
  return partitions
    .filter(({ ownNotNull = [] }) => ownNotNull.includes(column))
    .map(
      ({ schema, name }) =>
        `ALTER TABLE ${placed(schema, name)} ALTER COLUMN ${quoteExisting(column)} DROP NOT NULL`,
    );
}

/**
 * The whole would adopt such a key in the place of the one that is proven on this partition, which would be left over.
 * @throws CrossfadeError `unsupported` where a partition alone has a foreign key out of these columns
 */
export function refuseOwnForeignKey(
  { name: table, partitions }: TableCatalog,
  { interim, name }: WantedConstraint,
  columns: readonly string[],
): void {
  const sorted = columns.toSorted().join();
  for (const part of partitions) {
    const own = part.constraints.find(
      (one) => isOwnForeignKey(one, interim) && one.columns.toSorted().join() === sorted,
    );
    if (own === undefined) continue;
    throw new CrossfadeError(
      'unsupported',
      `${name}: partition ${part.name} of ${table} alone has ${own.name} on ${columns.join(', ')}. Drop that first.`,
    );
  }
}

const isOwnForeignKey = (one: PartConstraintCatalog, interim: string): boolean =>
  one.of === null && one.foreign === true && one.name !== interim;
