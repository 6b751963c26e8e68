import { CrossfadeError } from '../errors.ts';
import type { Catalog, ColumnCatalog, TableCatalog } from './catalog.ts';
import { mentionedNames } from './expression.ts';
import { isTrash, quoteIdentifier, shortId } from './identifier.ts';
import { refuseClash, refuseNames, refusePair, refuseType } from './refusals.ts';
import type { AddColumn, SchemaMigration } from './schema-migration.ts';

/**
 * One `addColumn` that has met a catalog: the new column and the one old location that it feeds,
 * with all that is needed to write SQL about the two.
 */
export interface ColumnPair {
  /** Eight hex digits; part of the name of every object made for this pair. */
  readonly id: string;
  readonly migration: SchemaMigration;
  readonly table: TableCatalog;
  readonly column: string;
  readonly type: string;
  readonly up: string;
  /** The old column that `down` yields. */
  readonly fed: ColumnCatalog;
  readonly down: string;
  /** Old columns that `up` may read, the fed one always among them: what makes the trigger fire. */
  readonly reads: readonly ColumnCatalog[];
  /** Old columns that `up` or `down` may read. */
  readonly uses: readonly ColumnCatalog[];
  readonly key: readonly ColumnCatalog[];
  /** True when `down` changes a part of the fed column, which therefore cannot be hidden. */
  readonly partial: boolean;
  /** Conditions of checks that `down` could break, each over columns of `uses`. */
  readonly checks: readonly string[];
  /**
   * `absent`: not there yet; `live`: made by this migration; `contracted`: the old column has been
   * put aside; `taken`: there is a column of that name which is not ours.
   */
  readonly state: 'absent' | 'live' | 'contracted' | 'taken';
}

/** Marks a column as made by an operation; kept as the column's comment. */
export function ownerMark(id: string): string {
  return `crossfade:${id}`;
}

/**
 * Brings the operations and the catalog together and refuses, by name, what cannot be carried out.
 * @throws CrossfadeError `invalidInput`, `notFound`, `conflict` or `unsupported`
 */
export function resolvePairs(migration: SchemaMigration, catalog: Catalog): readonly ColumnPair[] {
  refuseNames(migration);
  const pairs = migration.operations.map((operation) => resolve(migration, operation, catalog));
  for (const pair of pairs) refuseClash(pair, pairs);
  return pairs;
}

/** Names of the tables that a migration touches, sorted, so that locks are taken in one order. */
export function touchedTables(migration: SchemaMigration): readonly string[] {
  return [...new Set(migration.operations.map((operation) => operation.table))].toSorted();
}

function resolve(migration: SchemaMigration, operation: AddColumn, catalog: Catalog): ColumnPair {
  const place = `${operation.table}.${operation.column}`;
  quoteIdentifier(operation.column);
  const table = findTable(migration, operation, catalog);
  refuseType(operation, catalog);
  const [fedName, down] = onlyLocation(operation);
  const id = shortId(`${migration.name}/${operation.table}/${operation.column}`);
  const trashed = trashedColumn(table, id, fedName);
  const fed = table.columns.find((column) => column.name === (trashed ?? fedName));
  if (fed === undefined) {
    throw new CrossfadeError(
      'notFound',
      `${place} feeds ${fedName}, but ${migration.schema}.${operation.table} has no such column.`,
    );
  }
  const upNames = mentionedNames(operation.up, `up of ${place}`);
  const downNames = mentionedNames(down, `down of ${place}`);
  const others = table.columns.filter((column) => !isTrash(column.name));
  const reads = others.filter((column) => column === fed || upNames.has(column.name));
  const uses = others.filter((column) => reads.includes(column) || downNames.has(column.name));
  const pair: ColumnPair = {
    id,
    migration,
    table,
    column: operation.column,
    type: operation.type,
    up: operation.up,
    fed,
    down,
    reads: reads.filter((column) => column.name !== operation.column),
    uses: uses.filter((column) => column.name !== operation.column),
    key: keyColumns(table, operation),
    partial: downNames.has(fedName),
    checks: checksOn(table, fedName, uses),
    state: stateOf(table, operation.column, id),
  };
  refusePair(pair, upNames);
  return pair;
}

function findTable(
  migration: SchemaMigration,
  operation: AddColumn,
  catalog: Catalog,
): TableCatalog {
  const table = catalog.tables.find((one) => one.name === operation.table);
  const where = `${migration.schema}.${operation.table}`;
  if (table === undefined) {
    throw new CrossfadeError('notFound', `There is no table ${where} on the target.`);
  }
  if (!table.plain) {
    throw new CrossfadeError(
      'unsupported',
      `${where} is partitioned, inherited or not an ordinary table; addColumn needs an ordinary one.`,
    );
  }
  return table;
}

function keyColumns(table: TableCatalog, operation: AddColumn): readonly ColumnCatalog[] {
  if (table.key === null) {
    throw new CrossfadeError(
      'unsupported',
      `${operation.table} has neither a primary key nor a unique index over NOT NULL columns; ` +
        'its rows cannot be told apart. Add a primary key first.',
    );
  }
  return table.key.flatMap((name) => table.columns.filter((column) => column.name === name));
}

function onlyLocation(operation: AddColumn): readonly [string, string] {
  const [first, ...more] = Object.entries(operation.down);
  if (first === undefined || more.length > 0) {
    throw new CrossfadeError(
      'invalidInput',
      `down of ${operation.table}.${operation.column} must name exactly one old column, ` +
        `not ${Object.keys(operation.down).length}.`,
    );
  }
  return first;
}

function trashedColumn(table: TableCatalog, id: string, fed: string): string | null {
  const mark = `${ownerMark(id)} was ${fed}`;
  return table.columns.find((column) => column.comment === mark)?.name ?? null;
}

function stateOf(table: TableCatalog, column: string, id: string): ColumnPair['state'] {
  const present = table.columns.find((one) => one.name === column);
  if (present === undefined) return 'absent';
  if (present.comment === `${ownerMark(id)} contracted`) return 'contracted';
  return present.comment === ownerMark(id) ? 'live' : 'taken';
}

/** Checks over columns that the functions hold as variables; others cannot be broken by `down`. */
function checksOn(
  table: TableCatalog,
  fed: string,
  uses: readonly ColumnCatalog[],
): readonly string[] {
  return table.constraints
    .filter((one) => one.kind === 'check' && one.columns.includes(fed))
    .filter((one) => one.columns.every((name) => uses.some((column) => column.name === name)))
    .flatMap((one) => (one.condition === null ? [] : [one.condition]));
}
