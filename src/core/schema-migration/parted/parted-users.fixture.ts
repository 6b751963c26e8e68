import type { PartIndexCatalog, PartitionCatalog, TableCatalog } from '../catalog.ts';
import { column, usersTable } from '../users-catalog.fixture.ts';

/** What a part has of an index of the whole; `of` null: one of its own. */
export const share = (name: string, of: string | null, valid = true): PartIndexCatalog => ({
  name,
  of,
  valid,
  columns: [],
  constraint: null,
  clustered: false,
  identity: false,
  comment: null,
});

const part = (name: string, parent: string, leaf: boolean): PartitionCatalog => ({
  schema: 'parts',
  name,
  parent: { schema: parent === 'users' ? 'public' : 'parts', name: parent },
  leaf,
  indexes: [],
  constraints: [],
});

/** Two leaves, one of them below another part; placed by `name`. */
export const partedUsers = (more: Partial<TableCatalog> = {}): TableCatalog =>
  usersTable({
    plain: false,
    partitionedBy: ['name'],
    columns: [
      column('id', { type: 'bigint' }),
      column('name', { notNull: true }),
      column('dob', { notNull: true }),
    ],
    partitions: [
      part('deep', 'users', false),
      part('rest', 'users', true),
      part('deepest', 'deep', true),
    ],
    ...more,
  });

/** The same with one more index on one of its parts. */
export const withIndexOn = (
  table: TableCatalog,
  name: string,
  index: PartIndexCatalog,
): TableCatalog => ({
  ...table,
  partitions: table.partitions.map((one) =>
    one.name === name ? { ...one, indexes: [...one.indexes, index] } : one,
  ),
});
