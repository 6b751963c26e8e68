import { describe, expect, it } from '@jest/globals';

import { readGoDuration, writtenDuration } from './go-duration.ts';

describe('a duration of Go', () => {
  it.each([
    ['1h30m', 5_400_000],
    ['0.5s', 500],
    ['.5m', 30_000],
    ['100ms', 100],
    ['1µs', 0.001],
  ])('%s is %d ms', (text, ms) => {
    expect(readGoDuration(text)).toBe(ms);
  });

  it.each(['', '1', 's', '1d', '1 m', '-1s', '1m!', '999999999h'])('%j is none', (text) => {
    expect(readGoDuration(text)).toBeUndefined();
  });
});

describe('a duration of ours', () => {
  it.each([
    [60_000, '1m'],
    [90_000, '90s'],
    [1_500, '1500ms'],
    [86_400_000, '1d'],
    [7_200_000, '2h'],
    [10, '1s'],
  ])('%d ms is written %s', (ms, text) => {
    expect(writtenDuration(ms)).toBe(text);
  });
});
