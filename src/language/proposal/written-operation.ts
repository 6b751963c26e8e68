import { byOperation } from '../../core/schema-migration/by-operation.ts';
import type { ByOperation } from '../../core/schema-migration/by-operation.ts';
import type { SplitColumn } from '../../core/schema-migration/moving-operations.ts';
import { feedsPair } from '../../core/schema-migration/feeds.ts';
import type { AddColumn, IndexPart, Operation } from '../../core/schema-migration/operation.ts';
import { quoteExisting } from '../../core/schema-migration/identifier.ts';

type Keys = Readonly<Record<string, unknown>>;

/** An operation as a person writes it: one key, and nothing that goes without saying. */
export function writtenOperation(operation: Operation): Keys {
  return { [operation.operation]: byOperation(writers, operation) };
}

const writers: ByOperation<[], Keys> = {
  addCheck: ({ table, name, check, enforce, replaces }) => ({
    table,
    name,
    check,
    ...enforced(enforce),
    ...(replaces === null ? {} : given({ ...replaces })),
  }),
  addColumn: (one) => {
    const rest = withoutName(one);
    if (!('up' in one)) return given({ ...rest, notNull: one.notNull || null });
    const { table, column, type } = one;
    const feeds = feedsIn(one);
    return feeds === null ? rest : { table, column, type, feeds };
  },
  addForeignKey: ({ table, name, columns, references, onDelete, onUpdate, enforce }) => ({
    table,
    name,
    columns,
    references: given({ ...references }),
    ...(onDelete === 'no action' ? {} : { onDelete }),
    ...(onUpdate === 'no action' ? {} : { onUpdate }),
    ...enforced(enforce),
  }),
  addPrimaryKey: ({ table, name, columns, enforce }) => ({
    table,
    name,
    columns,
    ...enforced(enforce),
  }),
  addUnique: ({ table, name, columns, include, nulls, enforce }) => ({
    table,
    name,
    columns,
    ...listed({ include }),
    ...(nulls === 'equal' ? { nulls } : {}),
    ...enforced(enforce),
  }),
  changeType: ({ table, column, type, up, down, lossy, reversible }) => {
    const one = { table, column, type };
    const cast = quoteExisting(one.column);
    const isCast = (sql: string): boolean => sql === cast || sql === one.column;
    return {
      ...one,
      ...(isCast(up) ? {} : { up }),
      ...(isCast(down) ? {} : { down }),
      ...given({ lossy: lossy ?? null, reversible: reversible ?? null }),
    };
  },
  createIndex: ({ table, name, method, parts, include, where }) => ({
    table,
    name,
    columns: parts.map(writtenPart),
    ...(method === 'btree' ? {} : { using: method }),
    ...listed({ include }),
    ...given({ where }),
  }),
  createTable: ({ table, columns, primaryKey }) => ({
    table,
    columns: columns.map((one) => given({ ...one, notNull: one.notNull || null })),
    primaryKey,
  }),
  dropColumn: withoutName,
  dropIndex: withoutName,
  dropNotNull: withoutName,
  dropTable: withoutName,
  mergeTables: ({ table, from, key, columns }) => ({
    table,
    from,
    ...listed({ key }),
    columns: columns.map(writtenMove),
  }),
  renameColumn: withoutName,
  renameTable: withoutName,
  setDefault: withoutName,
  setNotNull: withoutName,
  splitList: ({ position, foreignKey, key, ...one }) => ({
    ...withoutName(given(one)),
    ...listed({ key }),
    ...(position === 'position' ? {} : { position }),
    ...(foreignKey ? { foreignKey } : {}),
  }),
  splitTable: ({ table, into, key, columns, foreignKey }) => ({
    table,
    into,
    ...listed({ key }),
    columns: columns.map(writtenMove),
    ...(foreignKey ? { foreignKey } : {}),
  }),
  sql: ({ table, also, expand, contract, down }) => {
    const parts = { expand, contract, down };
    const written = Object.entries(parts).filter(([, text]) => text !== '');
    return { tables: [table, ...also], ...Object.fromEntries(written) };
  },
};

/** The short form of `up` and `down` for a key inside a JSON column; null for any other pair. */
function feedsIn({ column, type, up, down }: AddColumn): Keys | null {
  const [[location, back] = ['', '']] = Object.entries(down);
  const key = /->>? '((?:[^']|'')*)'/.exec(up)?.[1]?.replaceAll("''", "'");
  if (key === undefined) return null;
  const pair = feedsPair({ column, type, location, key });
  return pair.up === up && pair.down === back ? { [location]: key } : null;
}

function withoutName(operation: object): Keys {
  return Object.fromEntries(Object.entries(operation).filter(([key]) => key !== 'operation'));
}

/** Without what is null. */
function given(values: Keys): Keys {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}

/** Without what is empty. */
function listed(values: Readonly<Record<string, object>>): Keys {
  const some = Object.entries(values).filter(([, value]) => Object.keys(value).length > 0);
  return Object.fromEntries(some);
}

const enforced = (enforce: string): Keys => (enforce === 'contract' ? {} : { enforce });

function writtenPart(part: IndexPart): unknown {
  const { order, ...rest } = part;
  const written = given({ ...rest, order: order === 'asc' ? null : order });
  return Object.keys(written).length === 1 && part.column !== null ? part.column : written;
}

function writtenMove({ column, to, ...rest }: Omit<SplitColumn, 'missing'>): unknown {
  if (Object.keys(rest).length === 0 && to === column) return column;
  return { column, ...(to === column ? {} : { to }), ...rest };
}
