import type { Catalog, ConstraintCatalog, IndexCatalog, TableCatalog } from './catalog.ts';
import type { AddColumn, Operation } from './operation.ts';
import { plainColumn as column, plainConstraint, plainIndex, plainTable } from './plain-catalog.ts';
import type { SchemaMigration } from './schema-migration.ts';

export { column };

/** A check on `dob` that says nothing. */
export function constraint(more: Partial<ConstraintCatalog> = {}): ConstraintCatalog {
  return plainConstraint('dob', { name: 'one', kind: 'check', definition: '', ...more });
}

/** A plain index on `dob`. */
export function index(more: Partial<IndexCatalog> = {}): IndexCatalog {
  return plainIndex('users_dob_idx', 'dob', more);
}

/** A table with a key `id`, and the columns `name` and `dob`. */
export function usersTable(more: Partial<TableCatalog> = {}): TableCatalog {
  const columns = [column('id', { type: 'bigint', notNull: true }), column('name'), column('dob')];
  return plainTable({ name: 'users', owner: 'app', columns, key: ['id'], ...more });
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
