import { expect, it } from '@jest/globals';
import type { LockLevel } from './change.ts';
import { lockCounts, lockWords } from './lock-counts.ts';
import type { PlannedStatement } from './planned-statement.ts';

const locking = (table: string, lock: LockLevel): PlannedStatement => ({
  phase: 'expand',
  table,
  sql: '',
  lock,
  rewrites: false,
  reversible: true,
});

it('counts the locks that somebody could feel, the strongest first', () => {
  const planned = [
    locking('users', 'Share'),
    locking('users', 'AccessExclusive'),
    locking('orders', 'ShareRowExclusive'),
    locking('users', 'ShareUpdateExclusive'),
    locking('items', 'RowExclusive'),
    locking('users', 'Share'),
  ];
  expect(lockCounts(planned)).toEqual([
    { table: 'users', level: 'AccessExclusive', times: 1 },
    { table: 'users', level: 'Share', times: 2 },
    { table: 'orders', level: 'ShareRowExclusive', times: 1 },
  ]);
});

it('writes them as PostgreSQL does', () => {
  expect(lockWords('ShareRowExclusive')).toBe('SHARE ROW EXCLUSIVE');
});
