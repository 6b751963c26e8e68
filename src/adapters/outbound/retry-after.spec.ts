import { describe, expect, it } from '@jest/globals';
import { retryAfterOf } from './retry-after.ts';

const now = Date.parse('2026-11-22T12:00:00Z');

describe('Retry-After', () => {
  it.each([
    [429, '90', 90_000],
    [503, ' 0 ', 0],
    [429, 'Sun, 22 Nov 2026 12:02:00 GMT', 120_000],
    [503, 'Sun, 22 Nov 2026 11:00:00 GMT', 0],
  ])('of a %d that says %j is heeded', (status, header, wanted) => {
    expect(retryAfterOf(status, header, now)).toBe(wanted);
  });

  it.each([
    [429, undefined],
    [429, ''],
    [429, '-5'],
    [429, '1e9'],
    [429, 'tomorrow'],
    [429, '22 Nov 2026'],
    [500, '90'],
  ])('of a %d that says %j is none', (status, header) => {
    expect(retryAfterOf(status, header, now)).toBeNull();
  });
});
