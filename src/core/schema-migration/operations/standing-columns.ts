import { CrossfadeError } from '../../errors.ts';
import { byOperation } from '../by-operation.ts';
import type { ByOperation } from '../by-operation.ts';
import { tableState } from '../change.ts';
import type { TableCatalog } from '../catalog.ts';
import type { Scene } from '../change.ts';
import { mentionedNames, renamedIn } from '../expression.ts';
import type { WrittenBy } from '../expression.ts';
import { isTrash, otherSpelling, quoteExisting } from '../identifier.ts';
import type { AddColumn, AddOwnColumn, Operation } from '../operation.ts';
import { tableNames, tablesOf } from '../schema-migration.ts';
import { interimColumn } from './replacing.ts';
import type { Replacing } from './replacing.ts';

/** An operation by its name, and the table that it speaks of. */
interface OnTable {
  readonly operation: string;
  readonly table: string;
}

/**
 * Where the new version's values stand in the table until contract, by the name that an operation
 * uses for a column: that of the old version, or the one that the migration gives it.
 */
export class StandingColumns {
  readonly #operation: OnTable;
  readonly #scene: Scene;
  readonly #names: ReadonlyMap<string, string | null>;

  constructor(operation: OnTable, scene: Scene) {
    this.#operation = operation;
    this.#scene = scene;
    this.#names = new Map([
      ...(scene.table?.columns ?? []).map(({ name }) => [name, name] as const),
      ...onTable(operation, scene).flatMap((one) =>
        byOperation(changedNames, one, scene, operation.table),
      ),
    ]);
  }

  /** @throws CrossfadeError `notFound` for a column that the new version does not know */
  of(name: string): string {
    const standing = this.#names.get(name);
    if (standing !== undefined && standing !== null) return standing;
    const { operation, table } = this.#operation;
    const why =
      standing === null
        ? `the new version does not know ${table}.${name}`
        : `${this.#scene.migration.schema}.${table} has no column ${name}`;
    const question = otherSpelling(name, [...this.#names.keys()]);
    throw new CrossfadeError('notFound', `${operation}: ${why}.${question}`);
  }

  /** False for a name that the new version has nothing for. */
  knows(name: string): boolean {
    return (this.#names.get(name) ?? null) !== null;
  }

  /** Names of columns whose new values stand elsewhere. */
  moved(): readonly string[] {
    return [...this.#names.keys()].filter((name) => this.knows(name) && this.of(name) !== name);
  }

  /** What the table calls the column when contract has given replaced ones their names. */
  atContract(name: string): string {
    const standing = this.of(name);
    return isTrash(standing) ? name : standing;
  }

  /** The same when it is the operation's turn to name what it has made. */
  atRename(name: string): string {
    const held = this.atContract(name);
    const { operations } = this.#scene.migration;
    const turn = operations.findIndex((one) => one === this.#operation);
    const before = operations.slice(0, Math.max(turn, 0)).flatMap((one) => {
      const { table } = this.#operation;
      if (one.operation !== 'renameColumn' || one.table !== table) return [];
      return one.column === held ? [one.to] : [];
    });
    return before[0] ?? held;
  }

  /**
   * The expression over the columns where they stand.
   * @throws CrossfadeError `invalidInput` when it is not one closed expression
   */
  in(sql: string, place: string, writtenBy: WrittenBy = 'person'): string {
    return [...mentionedNames(sql, place)]
      .filter((name) => this.#names.has(name) && this.of(name) !== name)
      .reduce((text, name) => {
        const to = quoteExisting(this.of(name));
        return renamedIn(text, name, to, place, writtenBy);
      }, sql);
  }
}

/** True when the migration itself makes the operation's table: the old version does not know it. */
export function isNewTable(operation: Operation, scene: Scene): boolean {
  return tableNames(scene.migration, operation.table).old === null;
}

/** True when what an operation makes has its name: on a table that is ours nobody else gives any. */
export function isNamed(operation: Operation & { readonly name: string }, scene: Scene): boolean {
  const { table } = scene;
  if (table === null || !isNewTable(operation, scene)) return false;
  return [...table.indexes, ...table.constraints].some(({ name }) => name === operation.name);
}

/** True for a table that is there and that nothing of the migration has been done to yet. */
export function isOld(scene: Scene): scene is Scene & { readonly table: TableCatalog } {
  return scene.table !== null && tableState(scene.migration, scene.table) === 'old';
}

/** True when contract has been here: nothing is left to be done. */
export function isContracted({ migration, table }: Scene): boolean {
  return table !== null && tableState(migration, table) === 'contracted';
}

const onTable = ({ table }: OnTable, { migration }: Scene): readonly Operation[] =>
  migration.operations.filter((one) => tablesOf(one).includes(table));

/** A name, and where its values stand: null for a column that the new version does not know. */
type Standing = readonly [name: string, standing: string | null];

const asTheyAre = (names: readonly string[]): readonly Standing[] =>
  names.map((name) => [name, name]);

type Names = (operation: Replacing, scene: Scene) => readonly Standing[];

const replaced: Names = (operation, { migration }) => [
  [operation.column, interimColumn(migration, operation)],
];
const unchanged = (): readonly Standing[] => [];

const changedNames: ByOperation<[Scene, string], readonly Standing[]> = {
  addCheck: (operation, scene) =>
    operation.replaces === null ? [] : replaced({ ...operation, ...operation.replaces }, scene),
  addColumn: (operation) => [...hiddenBy(operation), [operation.column, operation.column]],
  addForeignKey: unchanged,
  addPrimaryKey: unchanged,
  addUnique: unchanged,
  changeType: replaced,
  createIndex: unchanged,
  createTable: ({ columns }) => asTheyAre(columns.map(({ name }) => name)),
  dropColumn: ({ column }) => [[column, null]],
  dropIndex: unchanged,
  dropNotNull: replaced,
  dropTable: unchanged,
  mergeTables: ({ table, columns }, _, on) =>
    on === table ? asTheyAre(columns.map(({ to }) => to)) : [],
  renameColumn: ({ column, to }) => [[to, column]],
  renameTable: unchanged,
  setDefault: unchanged,
  setNotNull: replaced,
  splitList: ({ table, column, key, position, to }, scene, on) => {
    if (on === table) return [[column, null]];
    const whole = scene.find(table)?.key ?? [];
    return asTheyAre([...whole.map((one) => key[one] ?? one), position, to]);
  },
  splitTable: ({ table, columns, key }, scene, on) => {
    if (on === table) return columns.map(({ column }) => [column, null]);
    const whole = scene.find(table)?.key ?? [];
    return asTheyAre([...whole.map((one) => key[one] ?? one), ...columns.map(({ to }) => to)]);
  },
  sql: unchanged,
};

/** Unless only a part of it moves, the old location is put aside. */
function hiddenBy(operation: AddColumn | AddOwnColumn): readonly Standing[] {
  if (!('up' in operation)) return [];
  const { column, down } = operation;
  return Object.entries(down)
    .filter(([fed, sql]) => !mentionedNames(sql, `down of ${column}`).has(fed))
    .map(([fed]) => [fed, null]);
}
