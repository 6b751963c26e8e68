import { describe, expect, it } from '@jest/globals';
import { plan } from '../plan.ts';
import type { Sql } from '../operation.ts';
import type { PlanPhase } from '../planned-statement.ts';
import { catalogOf, migrationOf, usersTable } from '../users-catalog.fixture.ts';

const POLICY: Sql = {
  operation: 'sql',
  table: 'users',
  also: [],
  expand: 'ALTER TABLE users ADD COLUMN tags text[]',
  contract: 'COMMENT ON TABLE users IS NULL',
  down: 'ALTER TABLE users DROP COLUMN tags',
};
const expanded = usersTable({ views: { users_v1: [], users_v2: [] } });

const planned = (phase: PlanPhase, done: readonly string[] = [], table = usersTable()) =>
  plan(migrationOf(POLICY), { ...catalogOf(table), done })
    .filter((one) => one.phase === phase)
    .map(({ sql }) => sql);

const [, id = ''] = /VALUES \('(\w+)'/.exec(planned('expand').join()) ?? [];

describe('sql', () => {
  it('tries the way back before it goes, with names of its own schema and little time', () => {
    expect(planned('expand')).toEqual([
      'SET LOCAL search_path = "public", pg_temp',
      'SET LOCAL statement_timeout = 1000',
      'SAVEPOINT crossfade_tried',
      POLICY.expand,
      POLICY.down,
      'ROLLBACK TO SAVEPOINT crossfade_tried',
      'RELEASE SAVEPOINT crossfade_tried',
      POLICY.expand,
      `INSERT INTO crossfade.done (operation, migration) VALUES ('${id}', 'users-birthdate')`,
      'SET LOCAL statement_timeout TO DEFAULT',
      'SET LOCAL search_path = pg_catalog, "public", pg_temp',
    ]);
  });

  it('shows the new version what it made, once it is there, and runs nothing twice', () => {
    expect(planned('expand').join()).not.toContain('CREATE VIEW');
    expect(planned('expand', [id])[0]).toContain('CREATE VIEW "users_v2"."users"');
  });

  it('comes last in contract, and after the new version’s views in a rollback', () => {
    const contract = planned('contract', [id], expanded);
    expect(contract.indexOf(POLICY.contract)).toBeGreaterThan(
      contract.findIndex((sql) => sql.startsWith('CREATE OR REPLACE VIEW "users_v1"')),
    );
    const retire = planned('retire', [id], expanded);
    expect(retire.indexOf(POLICY.down)).toBeGreaterThan(
      retire.indexOf('DROP VIEW "users_v2"."users"'),
    );
  });

  it('takes no rows away with a partition, but gives back what it has attached', () => {
    const detach = 'ALTER TABLE users DETACH PARTITION users_2026';
    expect(() => plan(migrationOf({ ...POLICY, expand: detach }), catalogOf(usersTable()))).toThrow(
      'expand: `alter table users …` takes its rows away from both versions',
    );
    expect(() =>
      plan(migrationOf({ ...POLICY, down: detach }), catalogOf(usersTable())),
    ).not.toThrow();
  });

  it('needs its tables', () => {
    expect(() =>
      plan(migrationOf({ ...POLICY, also: ['orders'] }), catalogOf(usersTable())),
    ).toThrow('There is no table public.orders on the target.');
  });
});
