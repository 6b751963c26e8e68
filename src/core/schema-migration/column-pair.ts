import { CrossfadeError } from '../errors.ts';
import type { ColumnCatalog, TableCatalog } from './catalog.ts';
import { mentionedNames, renamedIn } from './expression.ts';
import { isTrash, otherSpelling, quoteExisting, shortId } from './identifier.ts';
import type { DeclaredLoss, Reversible } from './operation.ts';
import { returnCondition } from './point-of-no-return.ts';
import { refusePair } from './refusals.ts';
import type { SchemaMigration } from './schema-migration.ts';

/** The direction in which values do not come back, by declaration. */
export type Lossy = 'no' | DeclaredLoss;

/**
 * A new column that has met a catalog, and the one old location that it feeds, with all that is
 * needed to write SQL about the two.
 */
export interface ColumnPair {
  /** Eight hex digits; part of the name of every object made for this pair. */
  readonly id: string;
  readonly migration: SchemaMigration;
  readonly table: TableCatalog;
  /** What the new version calls the column. */
  readonly name: string;
  /** What the table calls it: the same, or an interim name until contract. */
  readonly column: string;
  readonly type: string;
  readonly up: string;
  /** The old column that `down` yields. */
  readonly fed: ColumnCatalog;
  readonly down: string;
  readonly lossy: Lossy;
  /** Condition of the new value, past which it need not come back; null where every one must. */
  readonly returns: string | null;
  /** Old columns that `up` may read, the fed one always among them: what makes the trigger fire. */
  readonly reads: readonly ColumnCatalog[];
  /** Old columns that `up` or `down` may read. */
  readonly uses: readonly ColumnCatalog[];
  readonly key: readonly ColumnCatalog[];
  /** True when `down` changes a part of the fed column, which therefore cannot be hidden. */
  readonly partial: boolean;
  /** True when the new column takes the old one's place and name. */
  readonly replaces: boolean;
  /** True when the new values are told apart by a unique index: none may stand there by a loss. */
  readonly distinct: boolean;
  /** Conditions of checks that `down` could break, each over columns of `uses`. */
  readonly checks: readonly string[];
  /**
   * `absent`: not there yet; `live`: made by this migration; `contracted`: the old column has been
   * put aside; `taken`: there is a column of that name which is not ours.
   */
  readonly state: 'absent' | 'live' | 'contracted' | 'taken';
  /** Pairs of the table that this one stands on: what they write, its expressions read. */
  readonly after: readonly ColumnPair[];
  /** True when others stand on this one. */
  readonly leads: boolean;
}

/** Marks a column as made by an operation; kept as the column's comment. */
export function ownerMark(id: string): string {
  return `crossfade:${id}`;
}

/** What an operation asks of a pair, before it has met the catalog. */
export interface PairSpec {
  readonly id: string;
  readonly table: TableCatalog;
  /** What the new version calls the column. */
  readonly name: string;
  /** The column's name in the table until contract. */
  readonly column: string;
  readonly type: string;
  readonly up: string;
  readonly fed: string;
  readonly down: string;
  readonly lossy: Lossy;
  /** Speaks of the new value under `name`. */
  readonly reversible?: Reversible | undefined;
  /** The new column takes the old one's place and name. */
  readonly replaces?: boolean;
}

/** Stable for one operation: part of every name that is made for it. */
export function operationId(migration: SchemaMigration, ...place: readonly string[]): string {
  // Marked, so that a name that holds a slash is no other place.
  const parts = place.map((part) => part.replaceAll(/[\\/]/g, String.raw`\$&`));
  return shortId([migration.name, ...parts].join('/'));
}

/**
 * Where the values stand until contract gives them the name that the old values have today. No
 * version shows such a column under this name.
 */
export function interimName(id: string, column: string): string {
  return `_crossfade_${id}_new_${column.replaceAll(/[^a-z0-9_]/g, '_')}`.slice(0, 60);
}

/**
 * Brings a pair and the catalog together and refuses, by name, what cannot be carried out.
 * @throws CrossfadeError `invalidInput`, `notFound`, `conflict` or `unsupported`
 */
export function columnPair(migration: SchemaMigration, spec: PairSpec): ColumnPair {
  const { table, id } = spec;
  const place = `${table.name}.${spec.name}`;
  const trashed = trashedColumn(table, id, spec.fed);
  const fed = table.columns.find((column) => column.name === (trashed ?? spec.fed));
  if (fed === undefined) {
    throw new CrossfadeError(
      'notFound',
      `${place} feeds ${spec.fed}, but ${migration.schema}.${table.name} has no such column.` +
        columnsSpelt(table, spec.fed),
    );
  }
  const state = stateOf(spec);
  const column = state === 'contracted' ? spec.name : spec.column;
  const down =
    spec.name === spec.column
      ? spec.down
      : renamedIn(spec.down, spec.name, quoteExisting(spec.column), `down of ${place}`);
  const upNames = mentionedNames(spec.up, `up of ${place}`);
  const downNames = mentionedNames(down, `down of ${place}`);
  const others = table.columns.filter((one) => !isTrash(one.name));
  const reads = others.filter((one) => one === fed || upNames.has(one.name));
  const uses = others.filter((one) => reads.includes(one) || downNames.has(one.name));
  const pair: ColumnPair = {
    id,
    migration,
    table,
    name: spec.name,
    column,
    type: spec.type,
    up: spec.up,
    fed,
    down,
    lossy: spec.lossy,
    returns: returnCondition(spec, column),
    reads: reads.filter((one) => one.name !== column),
    uses: uses.filter((one) => one.name !== column),
    key: keyColumns(table),
    partial: downNames.has(spec.fed),
    replaces: spec.replaces === true,
    distinct: spec.replaces === true && isDistinct(table, fed.name),
    checks: checksOn(table, spec.fed, uses),
    state,
    after: [],
    leads: false,
  };
  refusePair(pair, spec.name === spec.column && upNames.has(spec.column));
  return pair;
}

/** Of the new column: values of the same type go on being told apart as they were. */
export function collationOf({ replaces, type, fed }: ColumnPair): string | null {
  return replaces && type === fed.type ? fed.traits.collation : null;
}

/** The question after the column that is there under another spelling. */
export function columnsSpelt({ columns }: TableCatalog, asked: string): string {
  return otherSpelling(
    asked,
    columns.map(({ name }) => name),
  );
}

function keyColumns(table: TableCatalog): readonly ColumnCatalog[] {
  if (table.key === null) {
    throw new CrossfadeError(
      'unsupported',
      `${table.name} has neither a primary key nor a unique index over NOT NULL columns; ` +
        'its rows cannot be told apart. Add a primary key first.',
    );
  }
  return table.key.flatMap((name) => table.columns.filter((column) => column.name === name));
}

function trashedColumn(table: TableCatalog, id: string, fed: string): string | null {
  const mark = `${ownerMark(id)} was ${fed}`;
  return table.columns.find((column) => column.comment === mark)?.name ?? null;
}

const isDistinct = ({ indexes }: TableCatalog, name: string): boolean =>
  indexes.some(({ unique, columns }) => unique && columns.includes(name));

/** What was put aside tells that contract has been here; where a part stays, the new column does. */
function stateOf({ table, id, name, column, fed }: PairSpec): ColumnPair['state'] {
  const present = table.columns.find((one) => one.name === column);
  const shown = table.columns.find((one) => one.name === name);
  if (trashedColumn(table, id, fed) !== null) return 'contracted';
  if (shown?.comment === `${ownerMark(id)} contracted`) return 'contracted';
  if (present === undefined) return 'absent';
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
