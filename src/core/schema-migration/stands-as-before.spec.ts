import { describe, expect, it } from '@jest/globals';
import type { TableCatalog } from './catalog.ts';
import type { HistoryEntry } from './history/history-entry.ts';
import { operationId, ownerMark } from './column-pair.ts';
import { standsAsBefore } from './stands-as-before.ts';
import { BIRTHDATE, catalogOf, column, migrationOf, usersTable } from './users-catalog.fixture.ts';

const migration = migrationOf(BIRTHDATE);
const id = operationId(migration, 'users', 'birthdate');
const columns = [column('id', { notNull: true }), column('name'), column('dob')];

const entry = (more: Partial<HistoryEntry>): HistoryEntry => ({
  id: 1,
  migration: migration.name,
  versionFrom: 'users_v1',
  versionTo: 'users_v2',
  checksum: '',
  author: 'ada',
  rollout: 'r1',
  part: 'expand',
  tables: ['users'],
  startedAt: 0,
  endedAt: 0,
  durationMs: 0,
  outcome: 'success',
  reason: null,
  ...more,
});

const stands = (table: Partial<TableCatalog>, ...history: readonly HistoryEntry[]): boolean =>
  standsAsBefore(migration, catalogOf(usersTable(table)), history);

describe('a target that was put back', () => {
  it.each<[string, Partial<TableCatalog>, readonly HistoryEntry[]]>([
    ['nothing is known of it', {}, []],
    ['the version before it has its view', { views: { users_v1: [] } }, []],
    ['another migration was carried out', {}, [entry({ migration: 'other' })]],
    ['its expand failed', {}, [entry({ outcome: 'failed' })]],
    ['an earlier attempt was put away', {}, [entry({}), entry({ part: 'retire' })]],
    ['a rollback has said so before', {}, [entry({ part: 'verify' })]],
  ])('stands as before expand where %s', (_, table, history) => {
    expect(stands(table, ...history)).toBe(true);
  });

  it.each<[string, Partial<TableCatalog>, readonly HistoryEntry[]]>([
    ['its expand is known', {}, [entry({}), entry({ part: 'verify' })]],
    ['it was expanded anew', {}, [entry({ part: 'retire' }), entry({})]],
    ['the new version has a view', { views: { users_v2: [] } }, []],
    ['a trigger is left', { triggers: [`zzz_crossfade_${id}_1_update`] }, []],
    [
      'the column is there',
      { columns: [...columns, column('birthdate', { comment: ownerMark(id) })] },
      [],
    ],
    ['the column is somebody else’s', { columns: [...columns, column('birthdate')] }, []],
  ])('does not where %s', (_, table, history) => {
    expect(stands(table, ...history)).toBe(false);
  });
});
