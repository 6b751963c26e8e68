import { CrossfadeError } from '../../errors.ts';
import type { TableCatalog } from '../catalog.ts';
import type { Scene } from '../change.ts';
import { columnPair, interimName, operationId } from '../column-pair.ts';
import { quoteExisting, quoteIdentifier } from '../identifier.ts';
import type { MergeColumn, MergeTables } from '../moving-operations.ts';
import { placedOf } from '../parted/row-moves.ts';
import { refuseType } from '../refusals.ts';
import { mayRefuse } from './may-refuse.ts';
import type { KeyPart, MovedColumn, TablePair } from './table-pair.ts';
import { tied } from './tied.ts';

/**
 * Brings the operation and the catalog together.
 * @throws CrossfadeError `invalidInput`, `notFound` or `unsupported`
 */
export function mergePair(
  operation: MergeTables,
  scene: Scene,
  tables: { readonly wide: TableCatalog; readonly narrow: TableCatalog },
  id: string,
): TablePair {
  const { wide, narrow } = tables;
  const key = sharedKey(operation, wide, narrow);
  const columns = operation.columns.map((column) => movedColumn(operation, scene, narrow, column));
  refuseLeftOut(operation, narrow, key, columns);
  const names = new Set(columns.flatMap(({ pair }) => pair.uses.map((one) => one.name)));
  const made = columns.map((column) => column.names.wide);
  const written = [...key.map((part) => part.narrow), ...columns.map((one) => one.names.narrow)];
  const pair: TablePair = {
    id,
    migration: scene.migration,
    wide: wide.name,
    narrow: narrow.name,
    old: 'narrow',
    key,
    columns,
    uses: narrow.columns.filter((one) => names.has(one.name)),
    placed: { wide: placedOf(wide), narrow: placedOf(narrow) },
    refusing: { wide: mayRefuse(wide, made), narrow: mayRefuse(narrow, written) },
    leans: narrow.constraints.some(({ kind }) => kind === 'foreign'),
    state: 'absent',
  };
  return tied(pair, scene);
}

/** The key of the table that stays, under which the other one has at most one row as well. */
function sharedKey(
  operation: MergeTables,
  wide: TableCatalog,
  narrow: TableCatalog,
): readonly KeyPart[] {
  const parts = (wide.key ?? []).map((name) => {
    const [mine, theirs] = [
      wide.columns.find((one) => one.name === name),
      narrow.columns.find((one) => one.name === (operation.key[name] ?? name)),
    ];
    return {
      wide: name,
      narrow: operation.key[name] ?? name,
      type: mine?.type,
      other: theirs?.type,
    };
  });
  const isKey = narrow.key?.length === parts.length;
  const isShared = isKey && parts.every((part) => narrow.key?.includes(part.narrow) === true);
  if (parts.length === 0 || !isShared) {
    throw new CrossfadeError(
      'unsupported',
      `mergeTables ${narrow.name} into ${wide.name}: both need the same key, so that a row has one partner at ` +
        `the most. ${wide.name} has ${said(wide.key)}, ${narrow.name} has ${said(narrow.key)}; \`key\` says ` +
        'what the other table calls it.',
    );
  }
  return parts.map(({ type = '', other, ...part }) => {
    if (type === other) return { ...part, type };
    throw new CrossfadeError(
      'unsupported',
      `mergeTables ${narrow.name} into ${wide.name}: ${wide.name}.${part.wide} is of type ${type}, ` +
        `${narrow.name}.${part.narrow} of type ${other ?? 'none'}. Give both the same type first.`,
    );
  });
}

const said = (key: readonly string[] | null): string =>
  key === null ? 'no key' : `the key (${key.join(', ')})`;

/** One column's way from the old table to the one that stays, and back. */
function movedColumn(
  operation: MergeTables,
  { migration, catalog }: Scene,
  narrow: TableCatalog,
  { column, to, type, up, down }: MergeColumn,
): MovedColumn {
  if (to !== column) quoteIdentifier(to);
  if (type !== undefined) refuseType(`${operation.table}.${to}`, type, catalog);
  const was = narrow.columns.find(({ name }) => name === column);
  const id = mergeColumnId(operation, migration, column);
  const pair = columnPair(migration, {
    id,
    table: narrow,
    name: to,
    column: interimName(id, to),
    type: type ?? was?.type ?? 'text',
    up: up ?? quoteExisting(column),
    fed: column,
    down: down ?? quoteExisting(to),
    lossy: 'no',
  });
  return {
    pair,
    names: { wide: to, narrow: column },
    types: { wide: pair.type, narrow: pair.fed.type },
    notNull: { wide: false, narrow: pair.fed.notNull },
    blank: 'NULL',
    same: up === undefined && down === undefined && pair.type === pair.fed.type,
  };
}

/** Stable for one column of the operation. */
export function mergeColumnId(
  operation: MergeTables,
  migration: Scene['migration'],
  column: string,
): string {
  return operationId(migration, 'mergeTables', operation.table, operation.from, column);
}

/** A row that the new version asks for could not be made without them. */
function refuseLeftOut(
  operation: MergeTables,
  narrow: TableCatalog,
  key: readonly KeyPart[],
  columns: readonly MovedColumn[],
): void {
  const known = new Set([
    ...key.map((part) => part.narrow),
    ...columns.map((one) => one.names.narrow),
  ]);
  const missing = narrow.columns.find(
    (one) => one.notNull && one.default === null && one.generated === 'no' && !known.has(one.name),
  );
  if (missing === undefined) return;
  throw new CrossfadeError(
    'invalidInput',
    `mergeTables ${narrow.name} into ${operation.table}: ${narrow.name}.${missing.name} is NOT NULL and has no ` +
      'default, so the sync could make no row without it. Let it move as well, or give it a default.',
  );
}
