import { expect, it } from '@jest/globals';
import { progressWords } from './job-words.ts';

const job = {
  id: 'j',
  rollout: 'r-1',
  kind: 'backfill',
  status: 'done',
  done: 1,
  total: 1,
  differences: null,
  quarantined: 0,
  reason: null,
  generation: 1,
} as const;

it.each([
  [job, '1 row'],
  [{ ...job, kind: 'expand' }, '1 table'],
  [{ ...job, kind: 'contract', done: 0, total: null }, ''],
  [{ ...job, status: 'running', done: 610, total: 1_000, rate: 99.6 }, '610 of 1,000, 100 rows/s'],
  [{ ...job, kind: 'verify', done: 1_200, differences: 1 }, '1,200 rows, 1 difference'],
  [{ ...job, quarantined: 2 }, '1 row, 2 in quarantine'],
] as const)('%j: %s', (one, words) => {
  expect(progressWords(one)).toBe(words);
});
