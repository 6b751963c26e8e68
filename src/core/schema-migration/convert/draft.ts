import type { Operation } from '../operation.ts';
import type { Remark } from './conversion.ts';
import type { KnownTables } from './known-tables.ts';
import { type Fields, textIn } from '../lint/syntax-tree.ts';
import type { AuthorPiece, ColumnPiece, Piece, TablePiece } from './pieces.ts';

/** Thrown for a statement that no operation says. */
export class NotConvertible extends Error {
  readonly place: number | null;

  constructor(message: string, place: number | null = null) {
    super(message);
    this.place = place;
  }
}

/** What the statements read so far come to. Later ones add to what earlier ones began. */
export class Draft {
  readonly known: KnownTables;
  readonly refused: Remark[] = [];
  readonly needless: Remark[] = [];
  /** Constraints that the script drops, by name: they have it until the end of contract. */
  readonly droppedConstraints = new Set<string>();
  /** Where a table without a schema stands, as far as the script says. */
  searchPath = 'public';
  readonly #pieces: Piece[] = [];
  #schema: string | null = null;

  constructor(known: KnownTables) {
    this.known = known;
  }

  get pieces(): readonly Piece[] {
    return this.#pieces;
  }

  get schema(): string {
    return this.#schema ?? this.searchPath;
  }

  /** A table's name without its schema, which is the same for all of them. */
  tableIn(relation: Fields): string {
    const schema = textIn(relation, 'schemaname') || this.searchPath;
    if (this.#schema !== null && this.#schema !== schema) {
      throw new NotConvertible(
        `a schema migration is about the tables of one schema, here ${this.#schema}: convert what is ` +
          `about ${schema} from a file of its own`,
      );
    }
    this.#schema = schema;
    return textIn(relation, 'relname');
  }

  /** A table that may stand in another schema; null for that of the others. */
  leadTo(relation: Fields): { readonly schema: string | null; readonly table: string } {
    const schema = textIn(relation, 'schemaname') || this.searchPath;
    return { schema: schema === this.schema ? null : schema, table: textIn(relation, 'relname') };
  }

  newTable(name: string): TablePiece | null {
    return this.#all('table').find(({ table }) => table === name) ?? null;
  }

  newTables(): readonly TablePiece[] {
    return this.#all('table');
  }

  columns(table: string): readonly ColumnPiece[] {
    return this.#all('column').filter((one) => one.table === table);
  }

  /** What is known of the column so far; the first statement about it begins a piece. */
  column(table: string, name: string, place: number): ColumnPiece {
    const found = this.columns(table).find((one) => one.name === name);
    if (found !== undefined) return found;
    const nothing = { type: null, using: null, fill: null, notNull: null, default: undefined };
    const piece: ColumnPiece = {
      kind: 'column',
      table,
      name,
      place,
      isNew: false,
      doubts: [],
      replaces: null,
      ...nothing,
    };
    this.#pieces.push(piece);
    return piece;
  }

  add(piece: TablePiece): void {
    this.#pieces.push(piece);
  }

  operation(place: number, operation: Operation, ...doubts: readonly string[]): void {
    const remarks = doubts.map((message) => ({ place, message }));
    this.#pieces.push({ kind: 'operation', place, operation, doubts: remarks });
  }

  /** Takes away what a later statement makes a part of something else. */
  take<Name extends Operation['operation']>(
    name: Name,
    isWanted: (operation: Extract<Operation, { operation: Name }>) => boolean,
  ): Extract<Operation, { operation: Name }> | null {
    const at = this.#pieces.findIndex(
      (one) =>
        one.kind === 'operation' &&
        one.operation.operation === name &&
        isWanted(one.operation as Extract<Operation, { operation: Name }>),
    );
    const [piece] = at < 0 ? [] : this.#pieces.splice(at, 1);
    if (piece?.kind !== 'operation') return null;
    return piece.operation as Extract<Operation, { operation: Name }>;
  }

  /** All statements that stay what they are run together. */
  author(place: number): AuthorPiece {
    const [found] = this.#all('author');
    if (found !== undefined) return found;
    const piece: AuthorPiece = {
      kind: 'author',
      place,
      doubts: [],
      tables: new Set<string>(),
      expand: [],
      contract: [],
      down: [],
    };
    this.#pieces.push(piece);
    return piece;
  }

  #all<Kind extends Piece['kind']>(kind: Kind): readonly Extract<Piece, { kind: Kind }>[] {
    return this.#pieces.filter((one): one is Extract<Piece, { kind: Kind }> => one.kind === kind);
  }
}
