import type { ColumnCatalog, ConstraintCatalog, IndexCatalog, TableCatalog } from './catalog.ts';
import { quoteIdentifier } from './identifier.ts';

/** A column of type text that may be null and has nothing special about it, but for what is said. */
export function plainColumn(name: string, more: Partial<ColumnCatalog> = {}): ColumnCatalog {
  return {
    name,
    type: 'text',
    collation: null,
    notNull: false,
    default: null,
    generated: 'no',
    expression: null,
    comment: null,
    traits: {
      collation: null,
      statistics: null,
      options: [],
      storage: null,
      compression: null,
      identity: null,
      sequence: null,
      named: [],
    },
    ...more,
  };
}

/** A btree index on one column, that is valid and no part of a constraint. */
export function plainIndex(
  name: string,
  column: string,
  more: Partial<IndexCatalog> = {},
): IndexCatalog {
  return {
    name,
    columns: [column],
    body: `USING btree (${quoteIdentifier(column)})`,
    unique: false,
    valid: true,
    constraint: null,
    referenced: false,
    keys: [quoteIdentifier(column)],
    where: null,
    nullsEqual: false,
    clustered: false,
    identity: false,
    comment: null,
    ...more,
  };
}

/** A validated constraint on one column; what it demands is said beside. */
export function plainConstraint(
  column: string,
  more: Pick<ConstraintCatalog, 'name' | 'kind' | 'definition'> & Partial<ConstraintCatalog>,
): ConstraintCatalog {
  return {
    columns: [column],
    condition: null,
    validated: true,
    comment: null,
    references: null,
    ...more,
  };
}

/** A table with a key, and without rows, rights or dependants. */
export function plainTable(
  shape: Pick<TableCatalog, 'name' | 'columns' | 'key'> & Partial<TableCatalog>,
): TableCatalog {
  return {
    owner: 'owner',
    plain: true,
    partitionedBy: null,
    placedByExpression: false,
    partitions: [],
    constraints: [],
    indexes: [],
    grants: [],
    views: {},
    stubs: [],
    comment: null,
    leaning: [],
    statistics: [],
    triggers: [],
    rewriters: [],
    rowSecurity: false,
    ...shape,
  };
}
