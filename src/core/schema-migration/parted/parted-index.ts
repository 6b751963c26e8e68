import type { PartitionCatalog, TableCatalog } from '../catalog.ts';
import { exclusively } from '../change.ts';
import type { ChangeStatement, Relation } from '../change.ts';
import { buildConcurrently, placed } from '../concurrent-index.ts';
import type { WantedIndex } from '../concurrent-index.ts';
import { quoteExisting } from '../identifier.ts';
import { renameIndex } from '../rename-index.ts';
import { leavesOf, partsOf, shareName, shareNames, sharesOf } from './partitions.ts';

/** A partitioned table, and the schema that it is in. */
export interface PartedPlace {
  readonly schema: string;
  readonly table: TableCatalog;
}

/**
 * An index of a partitioned table, which PostgreSQL does not build beside writers by itself: at first it
 * is one without parts, and not valid; then each part gets its own, beside writers, and is tied to it.
 * With the last one the whole is valid.
 */
export function buildParted(
  { schema, table }: PartedPlace,
  wanted: WantedIndex,
): readonly ChangeStatement[] {
  const found = table.indexes.find(({ name }) => name === wanted.interim);
  if (found?.valid === true) return [];
  const whole = { schema, name: table.name };
  return [
    ...(found === undefined ? [begin(whole, wanted)] : []),
    ...partsOf(table, whole).flatMap((part) => buildPart(table, part, wanted, wanted.interim)),
  ];
}

/** From below: an index is tied to the one above it when its own parts are complete. */
function buildPart(
  table: TableCatalog,
  part: PartitionCatalog,
  wanted: WantedIndex,
  above: string,
): readonly ChangeStatement[] {
  if (part.indexes.some(({ of }) => of === above)) return [];
  const interim = shareName(wanted.interim, part);
  const own = { ...wanted, interim, name: `${wanted.name} on ${part.name}` };
  const found = part.indexes.find(({ name }) => name === interim);
  const built = part.leaf
    ? shared(table, buildConcurrently(part, found, own))
    : [
        ...(found === undefined ? [begin(part, own)] : []),
        ...partsOf(table, part).flatMap((one) => buildPart(table, one, wanted, interim)),
      ];
  return [...built, tie(part, above, interim)];
}

/** As if all leaves were equally large. */
export function shared(
  table: TableCatalog,
  statements: readonly ChangeStatement[],
): readonly ChangeStatement[] {
  const share = 1 / leavesOf(table).length;
  return statements.map((one) => ({ ...one, share }));
}

/** Waits for writers of the table, which is why it asks first who would keep it waiting. */
function begin(where: Relation, { interim, name, unique, body }: WantedIndex): ChangeStatement {
  const sql =
    `CREATE ${unique ? 'UNIQUE ' : ''}INDEX ${quoteExisting(interim)} ` +
    `ON ONLY ${placed(where.schema, where.name)} ${body}`;
  return { sql, lock: 'Share', words: `begins ${name}`, also: [where] };
}

/** Reads no row. Only the part's index is locked, which is felt by who works with that part. */
export function tie(part: PartitionCatalog, above: string, index: string): ChangeStatement {
  const { schema } = part;
  return {
    sql: `ALTER INDEX ${placed(part.parent.schema, above)} ATTACH PARTITION ${placed(schema, index)}`,
    lock: 'AccessShare',
    words: `ties the index of ${part.name}`,
    also: [part, { schema, name: index }],
  };
}

/** After a rollback, with what was not tied to it yet. */
export function dropParted(
  { schema, table }: PartedPlace,
  interim: string,
): readonly ChangeStatement[] {
  const whole = table.indexes.some(({ name }) => name === interim) ? [placed(schema, interim)] : [];
  const loose = table.partitions.flatMap((part) =>
    part.indexes
      .filter(({ name, of }) => of === null && name === shareName(interim, part))
      .map(({ name }) => placed(part.schema, name)),
  );
  return exclusively(...[...whole, ...loose].map((name) => `DROP INDEX IF EXISTS ${name}`));
}

/**
 * At the end of contract: its parts take the names that those of the old index had.
 * @param was the table when it last had an index of this name
 */
export function nameParted(
  { schema, table }: PartedPlace,
  interim: string,
  name: string,
  was: TableCatalog = table,
): readonly ChangeStatement[] {
  const whole = { schema, name: table.name };
  const built = sharesOf(table, whole, 'indexes', interim);
  const nameOf = shareNames(was, whole, name);
  const parts = table.partitions.flatMap((part) => {
    const [from, to] = [built.get(part)?.name ?? shareName(interim, part), nameOf(part)];
    if (from === to) return [];
    return [renameIndex(part, from, to)];
  });
  return [renameIndex(whole, interim, name), ...parts];
}
