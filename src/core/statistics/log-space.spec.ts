import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { logAddExp, logAverage, logSumExp } from './log-space.ts';

const log = fc.double({ min: -300, max: 300, noNaN: true });

describe('logAddExp', () => {
  it('is the logarithm of the sum', () => {
    fc.assert(
      fc.property(log, log, (a, b) => {
        expect(logAddExp(a, b)).toBeCloseTo(Math.log(Math.exp(a) + Math.exp(b)), 9);
      }),
    );
  });

  it('does not care for the order', () => {
    fc.assert(fc.property(log, log, (a, b) => logAddExp(a, b) === logAddExp(b, a)));
  });

  it('adds nothing to nothing', () => {
    expect(logAddExp(-Infinity, -Infinity)).toBe(-Infinity);
    expect(logAddExp(-Infinity, 3)).toBe(3);
  });

  it('does not overflow', () => {
    expect(logAddExp(5000, 5000)).toBeCloseTo(5000 + Math.log(2), 9);
  });
});

describe('logSumExp', () => {
  it('is logAddExp over the list', () => {
    fc.assert(
      fc.property(fc.array(log, { maxLength: 8 }), (logs) => {
        const one = logs.reduce((sum, next) => logAddExp(sum, next), -Infinity);
        const other = logSumExp(logs);
        expect(other === one || Math.abs(other - one) < 1e-9).toBe(true);
      }),
    );
  });

  it('is ln 0 for nothing', () => {
    expect(logSumExp([])).toBe(-Infinity);
    expect(logSumExp([-Infinity, -Infinity])).toBe(-Infinity);
  });

  it('does not underflow', () => {
    expect(logSumExp([-5000, -5000])).toBeCloseTo(-5000 + Math.log(2), 9);
  });
});

describe('logAverage', () => {
  it('weighs and brings the weights to 1', () => {
    const average = logAverage([
      { weight: 3, log: Math.log(10) },
      { weight: 1, log: Math.log(2) },
    ]);
    expect(Math.exp(average)).toBeCloseTo((3 * 10 + 2) / 4, 12);
  });

  it('lies between the least and the most', () => {
    const terms = fc.array(
      fc.record({ weight: fc.double({ min: 0.01, max: 5, noNaN: true }), log }),
      { minLength: 1, maxLength: 5 },
    );
    fc.assert(
      fc.property(terms, (list) => {
        const average = logAverage(list);
        expect(average).toBeLessThanOrEqual(Math.max(...list.map((term) => term.log)) + 1e-9);
        expect(average).toBeGreaterThanOrEqual(Math.min(...list.map((term) => term.log)) - 1e-9);
      }),
    );
  });

  it('is no evidence without a process', () => {
    expect(logAverage([])).toBe(0);
  });
});
