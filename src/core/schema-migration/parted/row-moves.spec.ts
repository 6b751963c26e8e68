import { describe, expect, it } from '@jest/globals';
import type { TableCatalog } from '../catalog.ts';
import type { SplitTable } from '../moving-operations.ts';
import { plan } from '../plan.ts';
import { catalogOf, migrationOf, usersTable } from '../users-catalog.fixture.ts';
import { partedUsers } from './parted-users.fixture.ts';

const SPLIT: SplitTable = {
  operation: 'splitTable',
  table: 'users',
  into: 'births',
  key: {},
  columns: [{ column: 'dob', to: 'dob', missing: `''` }],
  foreignKey: false,
};

const expanded = (table: TableCatalog): string =>
  plan(migrationOf(SPLIT), catalogOf(table))
    .filter(({ phase }) => phase === 'expand' || phase === 'baseline')
    .map(({ sql }) => sql)
    .join('\n');

const parted = (more: Partial<TableCatalog> = {}) => partedUsers({ key: ['id', 'name'], ...more });

describe('rows that something in another table belongs to', () => {
  it('are followed to other partitions by what places them', () => {
    const sql = expanded(parted());
    expect(sql).toMatch(/_0_move BEFORE UPDATE OF "name" ON .* WHEN \(\(NEW."name" IS DISTINCT/);
    expect(sql).toMatch(/_1_leave AFTER DELETE ON "public"."users" FOR EACH ROW/);
    expect(sql).toMatch(/_2_arrived AFTER UPDATE ON "public"."users" FOR EACH STATEMENT/);
  });

  it('are looked at in every update where a trigger may change what places them', () => {
    expect(expanded(parted({ rewriters: ['touch'] }))).toMatch(/_0_move BEFORE UPDATE ON /);
  });

  it('are heard when one partition is truncated, on whatever level', () => {
    expect(expanded(parted())).toMatch(
      /FROM pg_partition_tree\('"public"."users"'::regclass\)[^]*_1_truncate AFTER TRUNCATE ON '/,
    );
  });

  it('need none of it in a table without partitions', () => {
    expect(expanded(usersTable())).not.toMatch(
      /_0_move|_1_leave|_2_arrived|pg_partition|_crossfade_op/,
    );
  });
});
