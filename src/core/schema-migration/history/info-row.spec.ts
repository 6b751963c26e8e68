import { describe, expect, it } from '@jest/globals';
import type { HistoryEntry } from './history-entry.ts';
import { infoRows, type KnownMigration } from './info-row.ts';

let last = 0;

function entry(change: Partial<HistoryEntry>): HistoryEntry {
  last += 1;
  const endedAt = last * 1_000;
  return {
    id: last,
    migration: 'users-birthdate',
    versionFrom: 'users_v1',
    versionTo: 'users_v2',
    checksum: 'aaaaaaaaaaaa',
    author: 'ada',
    rollout: 'users-birthdate-1',
    part: 'expand',
    tables: ['users'],
    startedAt: endedAt - 40,
    endedAt,
    durationMs: 40,
    outcome: 'success',
    reason: null,
    ...change,
  };
}

const known = (change: Partial<KnownMigration> = {}): KnownMigration => ({
  name: 'users-birthdate',
  to: 'users_v2',
  checksum: 'aaaaaaaaaaaa',
  rolledBack: false,
  ...change,
});

const statesOf = (entries: readonly HistoryEntry[], ...others: readonly KnownMigration[]) =>
  infoRows(entries, others).map(({ state }) => state);

describe('info', () => {
  it('says Pending of what is known and was never carried out, with the words of its name', () => {
    expect(infoRows([], [known({ name: 'users-v1.2-add_birthdate' })])).toEqual([
      {
        category: 'Versioned',
        version: 'users_v2',
        description: 'users v1.2 add birthdate',
        type: 'CROSSFADE',
        checksum: 'aaaaaaaaaaaa',
        installedOn: null,
        state: 'Pending',
        durationMs: null,
        part: null,
        author: null,
        note: null,
      },
    ]);
  });

  it.each([
    ['Pending', ['expand', 'backfill']],
    ['Success', ['expand', 'backfill', 'verify', 'contract']],
    ['Rolled back', ['expand', 'retire']],
    ['Pending', ['expand', 'retire', 'expand']],
    ['Success', ['direct']],
    ['Baseline', ['baseline']],
  ] as const)('says %s after %j', (state, parts) => {
    expect(statesOf(parts.map((part) => entry({ part })))).toEqual([state]);
  });

  it('says Failed with the reason, until the part has been done', () => {
    const failed = entry({ part: 'backfill', outcome: 'failed', reason: 'no such column' });
    const [row] = infoRows([entry({}), failed], [known()]);
    expect(row).toMatchObject({ state: 'Failed', part: 'backfill', note: 'no such column' });
    expect(statesOf([entry({}), failed, entry({ part: 'backfill' })])).toEqual(['Pending']);
  });

  it('says Rolled back while the new shape is kept for a retry', () => {
    expect(statesOf([entry({})], known({ rolledBack: true }))).toEqual(['Rolled back']);
    const done = [entry({}), entry({ part: 'contract' })];
    expect(statesOf(done, known({ rolledBack: true }))).toEqual(['Success']);
  });

  it('adds up what was carried out since it last began', () => {
    const parts = ['expand', 'retire', 'expand', 'backfill'] as const;
    const entries = parts.map((part) => entry({ part }));
    expect(infoRows(entries, [])).toMatchObject([
      { durationMs: 80, installedOn: entries.at(-1)?.endedAt, author: 'ada', part: 'backfill' },
    ]);
  });

  it('keeps migrations apart, in the order they began, and what is pending last', () => {
    const rows = infoRows(
      [
        entry({ migration: 'b' }),
        entry({ migration: 'a' }),
        entry({ migration: 'b', part: 'contract' }),
      ],
      [known({ name: 'c' }), known({ name: 'a' })],
    );
    expect(rows.map(({ description, state }) => `${description} ${state}`)).toEqual([
      'b Success',
      'a Pending',
      'c Pending',
    ]);
  });

  it('notes a content that has changed since', () => {
    const [row] = infoRows([entry({})], [known({ checksum: 'bbbbbbbbbbbb' })]);
    expect(row?.note).toBe(
      'changed since: aaaaaaaaaaaa was carried out, bbbbbbbbbbbb is known now',
    );
  });
});
