import { describe, expect, it } from '@jest/globals';
import type { TableCatalog } from '../catalog.ts';
import type { SplitList } from '../moving-operations.ts';
import { plan } from '../plan.ts';
import type { PlanPhase } from '../planned-statement.ts';
import { catalogOf, column, migrationOf, usersTable } from '../users-catalog.fixture.ts';

const SPLIT: SplitList = {
  operation: 'splitList',
  table: 'users',
  column: 'phones',
  into: 'phones',
  key: { id: 'user_id' },
  position: 'nr',
  to: 'phone',
  type: null,
  up: null,
  down: null,
  missing: null,
  foreignKey: false,
};

const users = (more: Partial<TableCatalog> = {}): TableCatalog =>
  usersTable({
    columns: [
      column('id', { type: 'bigint', notNull: true }),
      column('phones', { type: 'character varying(20)[]' }),
      column('tags'),
    ],
    ...more,
  });

const planned = (phase: PlanPhase, more: Partial<SplitList> = {}, table = users()) =>
  plan(migrationOf({ ...SPLIT, ...more }), catalogOf(table)).filter((one) => one.phase === phase);

describe('splitList', () => {
  it('makes a table whose key is the old one and the position', () => {
    expect(planned('expand').map(({ sql }) => sql)).toEqual(
      expect.arrayContaining([
        'CREATE TABLE "public"."phones" AS SELECT "id" AS "user_id", CAST(NULL AS integer) AS "nr", ' +
          'CAST(NULL AS character varying(20)) AS "phone" FROM "public"."users" WHERE false',
        'ALTER TABLE "public"."phones" ADD PRIMARY KEY ("user_id", "nr")',
      ]),
    );
  });

  it('looks at both tables before it asks for the locks of its triggers', () => {
    const triggers = planned('expand').filter(({ sql }) => sql.startsWith('CREATE OR REPLACE'));
    expect(triggers).toHaveLength(9);
    expect(triggers.map(({ also }) => also?.map(({ name }) => name))).toEqual(
      triggers.map(() => ['users', 'phones']),
    );
  });

  it('hides the list from the new version', () => {
    const view = planned('expand').at(-1)?.sql;
    expect(view).toContain('SELECT "id", "tags" FROM "public"."users"');
  });

  it.each<[Partial<SplitList>, string]>([
    [{ column: 'tags' }, 'users.tags is of type text, no array. Give `type`'],
    [{ column: 'none' }, 'users.none is not there, no array'],
    [{ position: 'user_id' }, 'two columns would be called user_id'],
    [{ key: { name: 'user' } }, 'user stands for no column of the key'],
    [{ type: 'email', up: 'x', down: 'y' }, 'has a domain as its type'],
    [{ position: 'n'.repeat(64) }, 'cannot be used as a name'],
  ])('refuses %j', (more, why) => {
    expect(() => planned('expand', more)).toThrow(why);
  });

  it('refuses a table whose policies it could not carry over', () => {
    expect(() => planned('expand', {}, users({ rowSecurity: true }))).toThrow('row-level security');
  });
});
