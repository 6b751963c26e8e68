import { byOperation } from '../schema-migration/by-operation.ts';
import type { ByOperation } from '../schema-migration/by-operation.ts';
import { mentionedNames } from '../schema-migration/expression.ts';
import type { Operation } from '../schema-migration/operation.ts';
import { checkLoss } from './check-loss.ts';
import { fault, warning, type Finding } from './finding.ts';
import type { Policy } from './policy.ts';

/** A column, or a table, that only one operation may lay its hands on. */
interface Taking {
  readonly place: string;
  /** Under the operation's key. */
  readonly path: Finding['path'];
  readonly what: string;
}

/** Each new name once, and each old column changed or fed by one operation only. */
export function checkOperations({ schemaMigration }: Policy): Finding[] {
  const taken = new Set<string>();
  return schemaMigration.operations.flatMap((operation, index) => {
    const at = ['schemaMigration', 'operations', index, operation.operation];
    return [
      ...byOperation(takings, operation).flatMap(({ place, path, what }) =>
        takeOnce(taken, place, [...at, ...path], what),
      ),
      ...checkLoss(operation, at),
      ...sharedLocation(operation, at),
    ];
  });
}

/** A part of a column cannot be hidden from the new version. */
function sharedLocation(operation: Operation, at: Finding['path']): Finding[] {
  if (operation.operation !== 'addColumn' || !('up' in operation)) return [];
  const { table, column: added, down } = operation;
  return Object.entries(down)
    .filter(([name, sql]) => keepsTheRest(name, sql))
    .map(([name]) =>
      warning(
        at,
        `the new version sees ${table}.${name} as well: where one statement changes it and ${added} differently, ` +
          'the side decides that the transaction declares by `SET LOCAL crossfade.side`, else the new column',
      ),
    );
}

const takings: ByOperation<[], readonly Taking[]> = {
  addCheck: (operation) => [
    ...named(operation),
    ...(operation.replaces === null ? [] : changed({ ...operation, ...operation.replaces })),
  ],
  addColumn: (operation) => [
    column(operation, operation.column, ['column'], 'is added'),
    ...Object.entries('up' in operation ? operation.down : {})
      .filter(([name, down]) => !keepsTheRest(name, down))
      .map(([name]) => column(operation, name, ['down', name], 'is added or fed')),
  ],
  addForeignKey: named,
  addPrimaryKey: named,
  addUnique: named,
  changeType: changed,
  createIndex: named,
  createTable: whole,
  dropColumn: changed,
  dropIndex: ({ index }) => [
    { place: `old index \`${index}\``, path: ['index'], what: 'is dropped' },
  ],
  dropNotNull: changed,
  dropTable: whole,
  mergeTables: (operation) => [
    { place: `table \`${operation.from}\``, path: ['from'], what: 'is changed' },
    ...operation.columns.map((one, at) => column(operation, one.to, ['columns', at], 'is added')),
  ],
  renameColumn: (operation) => [column(operation, operation.to, ['to'], 'is added')],
  renameTable: whole,
  setDefault: () => [],
  setNotNull: changed,
  splitList: (operation) => [
    { place: `table \`${operation.into}\``, path: ['into'], what: 'is changed' },
    ...changed(operation),
  ],
  splitTable: (operation) => [
    { place: `table \`${operation.into}\``, path: ['into'], what: 'is changed' },
    ...operation.columns.map((one, at) =>
      column(operation, one.column, ['columns', at], 'is changed'),
    ),
  ],
  sql: () => [],
};

function column({ table }: Operation, name: string, path: Finding['path'], what: string): Taking {
  return { place: `column \`${table}.${name}\``, path, what };
}

function changed(operation: Operation & { readonly column: string }): readonly Taking[] {
  return [column(operation, operation.column, ['column'], 'is changed')];
}

function named({ table, name }: Operation & { readonly name: string }): readonly Taking[] {
  return [{ place: `name \`${name}\` on \`${table}\``, path: ['name'], what: 'is given' }];
}

function whole({ table }: Operation): readonly Taking[] {
  return [{ place: `table \`${table}\``, path: ['table'], what: 'is changed' }];
}

/** True for a `down` that changes a part of the column; several may, each another part. */
function keepsTheRest(fed: string, down: string): boolean {
  try {
    return mentionedNames(down, 'down').has(fed);
  } catch {
    // A query is no expression that could be carried out, which is said when it meets the target.
    return false;
  }
}

function takeOnce(taken: Set<string>, place: string, at: Finding['path'], what: string): Finding[] {
  if (!taken.has(place)) {
    taken.add(place);
    return [];
  }
  return [fault(at, `${place} ${what} by an earlier operation`)];
}
