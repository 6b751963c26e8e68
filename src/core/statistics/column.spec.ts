import { describe, expect, it } from '@jest/globals';
import { sum, zeros } from './column.ts';

describe('columns', () => {
  it('begin with zeros, as many as there are rows', () => {
    expect(zeros(3)).toEqual([0, 0, 0]);
    expect(zeros(0)).toEqual([]);
  });

  it('are summed up', () => {
    expect(sum([1, 2.5, -1])).toBe(2.5);
    expect(sum([])).toBe(0);
  });
});
