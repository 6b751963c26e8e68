import { describe, expect, it } from '@jest/globals';
import type { TableCatalog } from './catalog.ts';
import { plan } from './plan.ts';
import { BIRTHDATE, catalogOf, migrationOf, usersTable } from './users-catalog.fixture.ts';

/** Triggers on UPDATE as expand makes them. */
function onUpdate(more: Partial<TableCatalog> = {}): readonly string[] {
  return plan(migrationOf(BIRTHDATE), catalogOf(usersTable(more)))
    .filter(({ sql, phase }) => phase === 'expand' && sql.includes(' UPDATE'))
    .map(({ sql }) => sql);
}

describe('triggers of a pair of columns', () => {
  it('are met by no update that names other columns only', () => {
    const all = onUpdate();
    expect(all.map((sql) => /BEFORE (.*) ON/.exec(sql)?.[1])).toEqual([
      'UPDATE OF "dob"',
      'UPDATE OF "birthdate"',
      'INSERT OR UPDATE OF "birthdate", "dob"',
    ]);
  });

  it('let the old side in without a condition, and the new one unless it is the backfill', () => {
    const [old, fresh] = onUpdate();
    expect(old).not.toContain('WHEN');
    expect(fresh).toContain(
      `WHEN (current_setting('crossfade.sync', true) IS DISTINCT FROM 'off' AND NEW."birthdate" IS DISTINCT FROM OLD."birthdate" AND NOT (NEW."dob" IS DISTINCT FROM OLD."dob"))`,
    );
  });

  it('see every update where a trigger of the application may write the columns', () => {
    const all = onUpdate({ rewriters: ['normalise'] });
    expect(all).toHaveLength(2);
    for (const sql of all) expect(sql).toContain('UPDATE ON');
  });
});
