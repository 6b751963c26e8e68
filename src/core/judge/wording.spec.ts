import { describe, expect, it } from '@jest/globals';
import { count, duration, odds, percent, quantileName } from './wording.ts';

describe('percent', () => {
  it.each([
    [0, '0%'],
    [0.1, '10%'],
    [0.1234, '12.3%'],
    [0.02, '2%'],
    [0.0213, '2.1%'],
    [0.00034, '0.034%'],
    [0.0001, '0.01%'],
    [1e-12, '1.0e-10%'],
    [1, '100%'],
  ])('%f is %s', (rate, words) => {
    expect(percent(rate)).toBe(words);
  });
});

describe('duration', () => {
  it.each([
    [0.00085, '850 µs'],
    [0.0009996, '1000 µs'],
    [0.001, '1 ms'],
    [0.0032, '3.2 ms'],
    [0.05, '50 ms'],
    [0.5134, '513 ms'],
    [0.9994, '999 ms'],
    [1, '1 s'],
    [1.5, '1.5 s'],
    [12.34, '12.3 s'],
  ])('%f s is %s', (seconds, words) => {
    expect(duration(seconds)).toBe(words);
  });
});

describe('count', () => {
  it.each([
    [0, '0 units'],
    [1, '1 unit'],
    [999, '999 units'],
    [1204, '1,204 units'],
    [1234567, '1,234,567 units'],
  ])('%i is %s', (number, words) => {
    expect(count(number, 'unit', 'units')).toBe(words);
  });
});

describe('odds', () => {
  it.each([
    [0, '1'],
    [Math.log(2.5), '2.5'],
    [Math.log(143.2), '143'],
    [Math.log(0.25), '0.25'],
    [Math.log(9.94), '9.9'],
    [Math.log(1e9), '1000000000'],
    [Math.log(1.01e9), 'more than 10^9'],
    [Math.log(1e-10), '1.0e-10'],
  ])('e^%f is %s', (log, words) => {
    expect(odds(log)).toBe(words);
  });
});

describe('quantileName', () => {
  it.each([
    [0.5, 'p50'],
    [0.99, 'p99'],
    [0.999, 'p99.9'],
  ])('%f is %s', (quantile, words) => {
    expect(quantileName(quantile)).toBe(words);
  });
});
