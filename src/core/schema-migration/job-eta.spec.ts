import { expect, it } from '@jest/globals';
import { jobEta } from './job-eta.ts';

it.each([
  [{ status: 'running', done: 100, total: 400, rate: 30 }, 10_000],
  [{ status: 'pending', done: 0, total: 1, rate: 3 }, 333],
  [{ status: 'running', done: 5, total: 4, rate: 1 }, 0],
  [{ status: 'running', done: 0, total: null, rate: 1 }, null],
  [{ status: 'running', done: 0, total: 4, rate: 0 }, null],
  [{ status: 'running', done: 0, total: 4 }, null],
  [{ status: 'done', done: 0, total: 4, rate: 1 }, null],
] as const)('%j takes %s ms', (job, ms) => {
  expect(jobEta(job)).toBe(ms);
});
