import { describe, expect, it } from '@jest/globals';
import { plan } from '../plan.ts';
import type { AddOwnColumn } from '../operation.ts';
import type { PlanPhase } from '../planned-statement.ts';
import { catalogOf, column, migrationOf, usersTable } from '../users-catalog.fixture.ts';

const NICKNAME: AddOwnColumn = {
  operation: 'addColumn',
  table: 'users',
  column: 'joined',
  type: 'date',
  notNull: false,
  default: null,
};

const planned = (
  phase: PlanPhase,
  more: Partial<AddOwnColumn> = {},
  table = usersTable(),
): readonly string[] =>
  plan(migrationOf({ ...NICKNAME, ...more }), catalogOf(table))
    .filter((one) => one.phase === phase)
    .map(({ sql }) => sql);

const [, mark = ''] = /IS '(crossfade:\w+)'/.exec(planned('expand')[1] ?? '') ?? [];
const added = usersTable({
  columns: [
    column('id', { type: 'bigint', notNull: true }),
    column('joined', { type: 'date', comment: mark }),
  ],
  views: { users_v1: [], users_v2: [] },
});

describe('addColumn of the new version’s own', () => {
  it('adds it, shows it to the new version alone, and fills nothing', () => {
    expect(planned('expand')[0]).toBe('ALTER TABLE "public"."users" ADD COLUMN "joined" date');
    expect(planned('expand').at(-1)).toContain('SELECT "id", "name", "dob", "joined" FROM');
    expect(planned('baseline').join()).not.toContain('joined');
    expect(planned('backfill')).toEqual([]);
  });

  it('does not show it to an old version whose view is made late', () => {
    const late = planned('baseline', {}, { ...added, views: {} });
    expect(late.join()).toContain('SELECT "id" FROM "public"."users"');
  });

  it('gives rows that are there a constant default without writing them', () => {
    expect(planned('expand', { default: `'2000-01-01'`, notNull: true })[0]).toBe(
      `ALTER TABLE "public"."users" ADD COLUMN "joined" date DEFAULT '2000-01-01' NOT NULL`,
    );
  });

  it('adds nothing twice, and keeps what was written aside after a rollback', () => {
    expect(planned('expand', {}, added)).toEqual([]);
    expect(planned('contract', {}, added)).toContain(
      'COMMENT ON COLUMN "public"."users"."joined" IS NULL',
    );
    expect(planned('retire', {}, added).join(';')).toMatch(
      /RENAME COLUMN "joined" TO "_crossfade_\w+_joined"/,
    );
  });

  it.each([
    [{ default: 'gen_random_uuid()' }, 'is no constant, and could rewrite the table'],
    [{ notNull: true }, 'is NOT NULL and has no default'],
    [{ column: 'dob' }, 'exists already, and this migration did not make it'],
    [{ type: 'email' }, 'has a domain as its type'],
  ])('refuses %j', (more, why) => {
    expect(() => planned('expand', more)).toThrow(why);
  });
});
