import type {
  Catalog,
  ColumnCatalog,
  ConstraintCatalog,
  IndexCatalog,
  TableCatalog,
} from './catalog.ts';
import type { AddColumn, Operation } from './operation.ts';
import type { SchemaMigration } from './schema-migration.ts';

/** A column with nothing special about it. */
export function column(name: string, more: Partial<ColumnCatalog> = {}): ColumnCatalog {
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

/** A check on `dob` that says nothing. */
export function constraint(more: Partial<ConstraintCatalog> = {}): ConstraintCatalog {
  return {
    name: 'one',
    kind: 'check',
    columns: ['dob'],
    definition: '',
    condition: null,
    validated: true,
    comment: null,
    references: null,
    ...more,
  };
}

/** A plain index on `dob`. */
export function index(more: Partial<IndexCatalog> = {}): IndexCatalog {
  return {
    name: 'users_dob_idx',
    columns: ['dob'],
    body: 'USING btree (dob)',
    unique: false,
    valid: true,
    constraint: null,
    referenced: false,
    keys: ['dob'],
    where: null,
    nullsEqual: false,
    clustered: false,
    identity: false,
    comment: null,
    ...more,
  };
}

/** A table with a key `id`, and the columns `name` and `dob`. */
export function usersTable(more: Partial<TableCatalog> = {}): TableCatalog {
  return {
    name: 'users',
    owner: 'app',
    plain: true,
    partitionedBy: null,
    columns: [column('id', { type: 'bigint', notNull: true }), column('name'), column('dob')],
    key: ['id'],
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
    ...more,
  };
}

export function catalogOf(...tables: readonly TableCatalog[]): Catalog {
  return {
    schemas: ['public'],
    tables,
    trash: [],
    trashed: [],
    done: [],
    taken: [],
    types: {
      date: { kind: 'plain', comparable: true },
      integer: { kind: 'plain', comparable: true },
      text: { kind: 'plain', comparable: true },
      json: { kind: 'plain', comparable: false },
      email: { kind: 'domain', comparable: true },
    },
  };
}

export const BIRTHDATE: AddColumn = {
  operation: 'addColumn',
  table: 'users',
  column: 'birthdate',
  type: 'date',
  up: 'dob::date',
  down: { dob: `to_char(birthdate, 'YYYY-MM-DD')` },
};

export function migrationOf(...operations: readonly Operation[]): SchemaMigration {
  return {
    name: 'users-birthdate',
    from: 'users_v1',
    to: 'users_v2',
    schema: 'public',
    operations,
  };
}
