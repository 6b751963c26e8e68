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

const NAMED = 'UPDATE OF "birthdate", "dob" ON';

describe('triggers of a pair of columns', () => {
  it('are met by no update that names other columns only', () => {
    const [update, keep, ...more] = onUpdate();
    expect(update).toContain(`BEFORE ${NAMED}`);
    expect(keep).toContain(`BEFORE INSERT OR ${NAMED}`);
    expect(more).toEqual([]);
  });

  it('look only at rows in which one of the columns has changed', () => {
    expect(onUpdate()[0]).toContain(
      'WHEN ((NEW."birthdate" IS DISTINCT FROM OLD."birthdate" OR NEW."dob" IS DISTINCT FROM OLD."dob") AND',
    );
  });

  it('see every update where a trigger of the application may write the columns', () => {
    const all = onUpdate({ rewriters: ['normalise'] });
    expect(all).toHaveLength(2);
    for (const sql of all) expect(sql).toContain('UPDATE ON');
  });
});
