import { columnOf, newConstraints, type Statement } from '../lint/statement.ts';
import { fieldsIn, namesIn, nodesIn, textIn } from '../lint/syntax-tree.ts';
import { columnText, defaultText } from './column-text.ts';

/** A column that was there before the migration. */
export interface KnownColumn {
  readonly type: string;
  readonly notNull: boolean;
  readonly default: string | null;
}

/** A column of a foreign key, and where it leads. */
interface KnownLink {
  readonly table: string;
  readonly column: string;
  readonly to: readonly [table: string, column: string];
}

/** Tables as a script that makes them tells, such as the one that `pg_dump --schema-only` writes. */
export class KnownTables {
  readonly #columns = new Map<string, Map<string, KnownColumn>>();
  readonly #keys = new Map<string, readonly string[]>();
  readonly #indexes = new Map<string, string>();
  readonly #links: KnownLink[] = [];

  constructor(statements: readonly Statement[] = []) {
    for (const statement of statements) this.#learn(statement);
  }

  /** Null for what is not known. */
  column(table: string, name: string): KnownColumn | null {
    return this.#columns.get(table)?.get(name) ?? null;
  }

  /** True when the table is known and the column is not one of its own. */
  lacks(table: string, name: string): boolean {
    return this.#columns.get(table)?.has(name) === false;
  }

  /** Columns of the primary key; null when it is not known. */
  key(table: string): readonly string[] | null {
    return this.#keys.get(table) ?? null;
  }

  /** The table that an index stands on; null when it is not known. */
  tableOfIndex(name: string): string | null {
    return this.#indexes.get(name) ?? null;
  }

  /** Columns whose foreign keys lead to this one. */
  leadingTo(table: string, name: string): readonly Pick<KnownLink, 'table' | 'column'>[] {
    return this.#links.filter(({ to }) => to[0] === table && to[1] === name);
  }

  #learn(statement: Statement): void {
    const { fields, kind } = statement;
    const table = textIn(fieldsIn(fields, 'relation'), 'relname');
    if (kind === 'CreateStmt') this.#learnColumns(table, statement);
    if (kind === 'IndexStmt') this.#indexes.set(textIn(fields, 'idxname'), table);
    for (const constraint of newConstraints(statement)) {
      this.#learnKey(table, constraint);
      this.#learnLink(table, constraint);
    }
  }

  #learnColumns(table: string, statement: Statement): void {
    const columns = new Map<string, KnownColumn>();
    for (const node of nodesIn(statement.fields, 'tableElts')) {
      const column = columnOf(node);
      if (column === null) continue;
      const kinds = column.constraints.map((one) => textIn(one, 'contype'));
      const isKey = kinds.includes('CONSTR_PRIMARY');
      if (isKey) this.#keys.set(table, [column.name]);
      columns.set(column.name, {
        type: columnText(statement.tokens, node),
        notNull: isKey || kinds.includes('CONSTR_NOTNULL'),
        default: defaultText(statement.tokens, column.constraints),
      });
    }
    this.#columns.set(table, columns);
  }

  /** As `pg_dump` writes it: with both lists of columns. */
  #learnLink(table: string, constraint: Parameters<typeof textIn>[0]): void {
    if (textIn(constraint, 'contype') !== 'CONSTR_FOREIGN') return;
    const parent = textIn(fieldsIn(constraint, 'pktable'), 'relname');
    const keys = namesIn(constraint, 'pk_attrs');
    for (const [at, column] of namesIn(constraint, 'fk_attrs').entries()) {
      const key = keys[at];
      if (key !== undefined) this.#links.push({ table, column, to: [parent, key] });
    }
  }

  #learnKey(table: string, constraint: Parameters<typeof textIn>[0]): void {
    if (textIn(constraint, 'contype') !== 'CONSTR_PRIMARY') return;
    const columns = namesIn(constraint, 'keys');
    if (columns.length > 0) this.#keys.set(table, columns);
  }
}
