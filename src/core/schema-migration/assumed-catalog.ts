import { byOperation } from './by-operation.ts';
import type { ByOperation } from './by-operation.ts';
import type {
  Catalog,
  ColumnCatalog,
  ConstraintCatalog,
  IndexCatalog,
  TableCatalog,
} from './catalog.ts';
import { mentionedNames } from './expression.ts';
import { quoteIdentifier } from './identifier.ts';
import type { MergeTables, SplitTable } from './moving-operations.ts';
import { plainColumn, plainConstraint, plainIndex, plainTable } from './plain-catalog.ts';
import { tableNames } from './schema-migration.ts';
import type { SchemaMigration } from './schema-migration.ts';

/** What an operation takes for granted of a table. */
interface Assumed {
  readonly table: string;
  readonly column?: Partial<ColumnCatalog> & Pick<ColumnCatalog, 'name'>;
  readonly index?: string;
  /** False for a table that has no primary key yet. */
  readonly keyed?: boolean;
  /** What the key's column is called, if not `id`. */
  readonly key?: string;
}

/**
 * The smallest database that a schema migration can begin on, for a preview without a connection: each
 * table has a key `id` and the columns that the operations speak of, without rows, rights or
 * dependants. Types are known only where an operation tells them.
 */
export function assumedCatalog(migration: SchemaMigration): Catalog {
  const assumed = migration.operations.flatMap((one) => byOperation(takenForGranted, one));
  const made = migration.operations.flatMap((one) =>
    one.operation === 'addColumn' ? [`${one.table}.${one.column}`] : [],
  );
  const old = assumed.filter(
    ({ table, column }) =>
      tableNames(migration, table).old !== null && !made.includes(`${table}.${column?.name}`),
  );
  const names = [...new Set(old.map(({ table }) => table))];
  return {
    schemas: [migration.schema],
    tables: names.map((name) =>
      tableOf(
        name,
        old.filter(({ table }) => table === name),
      ),
    ),
    trash: [],
    trashed: [],
    done: [],
    taken: [],
    types: Object.fromEntries(typesIn(migration).map((type) => [type, typeOf(type)])),
  };
}

function tableOf(name: string, assumed: readonly Assumed[]): TableCatalog {
  const key = assumed.find((one) => one.key !== undefined)?.key ?? 'id';
  const keyed = assumed.every((one) => one.keyed !== false);
  const columns = new Map<string, ColumnCatalog>([
    [key, plainColumn(key, { type: 'bigint', notNull: true })],
  ]);
  for (const { column } of assumed) {
    if (column === undefined) continue;
    const known = columns.get(column.name) ?? plainColumn(column.name);
    columns.set(column.name, { ...known, ...column });
  }
  const indexes = assumed.flatMap(({ index }) =>
    index === undefined ? [] : [plainIndex(index, key)],
  );
  return plainTable({
    name,
    columns: [...columns.values()],
    key: [key],
    constraints: keyed ? [primaryKey(name, key)] : [],
    indexes: keyed ? [keyIndex(name, key), ...indexes] : indexes,
  });
}

const primaryKey = (table: string, key: string): ConstraintCatalog =>
  plainConstraint(key, {
    name: `${table}_pkey`,
    kind: 'primary',
    definition: `PRIMARY KEY (${quoteIdentifier(key)})`,
  });

const keyIndex = (table: string, key: string): IndexCatalog => {
  const name = `${table}_pkey`;
  return plainIndex(name, key, { unique: true, constraint: name });
};

/** Words of SQL that look like a column, and are none. */
const WORDS = new Set(
  `and any array as asc at between both by case cast collate current_date current_timestamp desc distinct else end
   false from ilike in interval is like leading not null or similar some symmetric then time to trailing true when with
   zone`.split(/\s+/),
);

const unknown = (table: string, ...names: readonly string[]): readonly Assumed[] =>
  names.map((name) => ({ table, column: { name } }));

/** Columns that an expression speaks of: its names but for functions, types and SQL's own words. */
function columnsIn(sql: string, place: string): readonly string[] {
  return [...mentionedNames(sql, place)].filter((name) => {
    const word = name.replaceAll(/[^\w]/g, '.');
    const isCalled = new RegExp(`\\b${word}"?\\s*\\(`, 'i').test(sql);
    const isType = new RegExp(`(::|\\bas\\s+)\\s*"?${word}\\b`, 'i').test(sql);
    return !WORDS.has(name) && !isCalled && !isType;
  });
}

/** Columns that move between tables. */
function movedFrom(
  table: string,
  { columns }: Pick<SplitTable | MergeTables, 'columns'>,
): readonly Assumed[] {
  return columns.map(({ column }) => ({ table, column: { name: column } }));
}

const takenForGranted: ByOperation<[], readonly Assumed[]> = {
  addCheck: ({ table, name, check, replaces }) =>
    unknown(table, ...columnsIn(check, name), ...(replaces === null ? [] : [replaces.column])),
  addColumn: (operation) => {
    if (!('up' in operation)) return [{ table: operation.table }];
    const { table, column, up, down } = operation;
    return unknown(table, ...columnsIn(up, column), ...Object.keys(down));
  },
  addForeignKey: ({ table, columns, references }) => [
    ...unknown(table, ...columns),
    ...(references.schema === null ? unknown(references.table, ...references.columns) : []),
  ],
  addPrimaryKey: ({ table, columns }) => [{ table, keyed: false }, ...unknown(table, ...columns)],
  addUnique: ({ table, columns, include }) => unknown(table, ...columns, ...include),
  changeType: ({ table, column }) => unknown(table, column),
  createIndex: ({ table, parts, include, where, name }) =>
    unknown(
      table,
      ...parts.flatMap(({ column, expression }) =>
        column === null ? columnsIn(expression ?? '', name) : [column],
      ),
      ...include,
      ...columnsIn(where ?? '', name),
    ),
  createTable: () => [],
  dropColumn: ({ table, column }) => unknown(table, column),
  dropIndex: ({ table, index }) => [{ table, index }],
  dropNotNull: ({ table, column }) => [{ table, column: { name: column, notNull: true } }],
  dropTable: ({ table }) => [{ table }],
  mergeTables: (operation) => [
    ...Object.entries(operation.key).flatMap(([key, other]) => [
      { table: operation.table, key },
      { table: operation.from, key: other },
    ]),
    { table: operation.table },
    ...movedFrom(operation.from, operation),
  ],
  renameColumn: ({ table, column }) => unknown(table, column),
  renameTable: ({ table }) => [{ table }],
  setDefault: ({ table, column }) => unknown(table, column),
  setNotNull: ({ table, column }) => unknown(table, column),
  splitList: ({ table, column, type }) => [
    { table, column: { name: column, type: `${type ?? 'text'}[]` } },
  ],
  splitTable: (operation) => movedFrom(operation.table, operation),
  sql: ({ table, also }) => [table, ...also].map((one) => ({ table: one })),
};

function typesIn({ operations }: SchemaMigration): readonly string[] {
  return operations.flatMap((one): readonly string[] => {
    if ('type' in one) return [one.type ?? 'text'];
    if ('columns' in one) {
      return one.columns.flatMap((column) =>
        typeof column === 'object' && column.type !== undefined ? [column.type] : [],
      );
    }
    return [];
  });
}

const typeOf = (type: string): Catalog['types'][string] => ({
  kind: 'plain',
  comparable: !/^(json|xml|point)$/i.test(type),
});
