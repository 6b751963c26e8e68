import { describe, expect, it } from '@jest/globals';
import { both, decayed, increased, sum, times, widened, zeros } from './column.ts';

describe('columns', () => {
  it('begin with zeros, as many as there are rows, whatever was asked for before', () => {
    const few = zeros(3);
    expect(few).toEqual([0, 0, 0]);
    few[1] = 7;
    expect(zeros(3)).toEqual([0, 0, 0]);
    expect(zeros(500)).toHaveLength(500);
    expect(zeros(0)).toEqual([]);
  });

  it('are summed up', () => {
    expect(sum([1, 2.5, -1])).toBe(2.5);
    expect(sum([])).toBe(0);
  });

  it('grow by rows of zeros, and never change', () => {
    const column = [1, 2];
    expect(widened(column, 4)).toEqual([1, 2, 0, 0]);
    expect(widened(column, 1)).toEqual([1, 2]);
    expect(widened(column, 2)).not.toBe(column);
  });

  it('add up row by row, the first being as long or shorter', () => {
    expect(both([1], [2, 3])).toEqual([3, 3]);
    expect(times([1, 0, 2.5], 2)).toEqual([2, 0, 5]);
  });

  it('add what single rows hold, and nothing else', () => {
    const before = [1, 1];
    expect(increased(before, [5, 6, 7], Int32Array.of(0, 2))).toEqual([6, 1, 7]);
    expect(before).toEqual([1, 1]);
  });

  it('forget, and keep what is left to a thousandth', () => {
    expect(decayed([8, 0.0009], [1, 0, 4], 0.5)).toEqual([5, 0, 4]);
    expect(decayed([0.001], [0], 0.9)).toEqual([0.001]);
  });
});
