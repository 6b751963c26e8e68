import { describe, expect, it } from '@jest/globals';
import { plan } from '../plan.ts';
import { catalogOf, column, migrationOf, usersTable } from '../users-catalog.fixture.ts';
import type { CreateTable } from '../operation.ts';

const operation: CreateTable = {
  operation: 'createTable',
  table: 'visits',
  columns: [{ name: 'at', type: 'date', notNull: true, default: 'now()' }],
  primaryKey: ['at'],
};

describe('createTable', () => {
  it('makes the table, and its view once the rights on it are known', () => {
    const first = plan(migrationOf(operation), catalogOf()).filter(
      ({ phase }) => phase === 'expand',
    );
    expect(first[0]?.sql).toBe(
      'CREATE TABLE "public"."visits" ("at" date DEFAULT now() NOT NULL, PRIMARY KEY ("at"))',
    );
    expect(first.some(({ sql }) => sql.startsWith('CREATE VIEW'))).toBe(false);
    const mark = first[1]?.sql.match(/crossfade:[0-9a-f]{8}/)?.[0] ?? '';
    const made = usersTable({
      name: 'visits',
      columns: [column('at')],
      key: ['at'],
      comment: mark,
    });
    const second = plan(migrationOf(operation), catalogOf(made)).filter(
      ({ phase }) => phase === 'expand',
    );
    expect(second[0]?.sql).toContain('CREATE VIEW "users_v2"."visits"');
  });

  it('refuses a table that somebody else made, and a type that nobody knows', () => {
    expect(() => plan(migrationOf(operation), catalogOf(usersTable({ name: 'visits' })))).toThrow(
      'public.visits exists already, and this migration did not make it.',
    );
    const columns = [{ name: 'at', type: 'datum', notNull: false, default: null }];
    expect(() => plan(migrationOf({ ...operation, columns }), catalogOf())).toThrow(
      'visits.at has the type "datum", which the target does not know.',
    );
  });
});
