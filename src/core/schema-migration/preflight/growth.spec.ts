import { describe, expect, it } from '@jest/globals';
import { growthOf, sizeWords } from './growth.ts';

describe('growthOf', () => {
  it('is two and a half tables and the indexes', () => {
    expect(growthOf({ bytes: 1000, indexBytes: 100 })).toBe(2600);
  });
});

describe('sizeWords', () => {
  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1000, '1.0 kB'],
    [10_300, '10 kB'],
    [999 * 1024, '999 kB'],
    [87.4 * 1024 ** 2, '87 MB'],
    [1.5 * 1024 ** 3, '1.5 GB'],
    [2000 * 1024 ** 4, '2000 TB'],
    [-5, '0 bytes'],
  ])('says %d as %s', (bytes, words) => {
    expect(sizeWords(bytes)).toBe(words);
  });
});
