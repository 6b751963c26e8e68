import { describe, expect, it } from '@jest/globals';
import { driftAfter, learnDrift, type Levels } from './baseline-drift.ts';
import type { BaselineStream } from './baseline-streams.ts';

const errors: BaselineStream = {
  kind: 'errors',
  operation: 'read',
  tolerate: { ratio: 1.1, add: 0 },
};
const latency: BaselineStream = {
  kind: 'latency',
  operation: 'read',
  tolerate: { quantile: 0.9, part: 0.05, atLeastMs: 0 },
};

function levels(values: readonly (number | null)[], variance = 0): Levels {
  return values.map((level) => (level === null ? null : { level, variance }));
}

describe('learnDrift', () => {
  it('is the largest change over each number of windows, never falling', () => {
    expect(learnDrift(levels([0, 0.3, 0.1, 0.2]))).toEqual([0.3, 0.3, 0.3]);
    expect(learnDrift(levels([0, 0.1, 0.2, 0.3]))[2]).toBeCloseTo(0.3, 12);
  });

  it('takes chance off, and skips windows of which nothing is known', () => {
    expect(learnDrift(levels([0, 0.5], 0.08))).toEqual([0]);
    expect(learnDrift(levels([0, 0.9], 0.02))[0]).toBeCloseTo(0.9 - 2 * 0.2, 12);
    expect(learnDrift(levels([0, null, 0.4]))).toEqual([0, 0.4]);
    expect(learnDrift(levels([0]))).toEqual([]);
    expect(learnDrift([])).toEqual([]);
  });

  it('holds for every start of a daily rhythm it has seen whole', () => {
    const rhythm = Array.from({ length: 96 }, (_, at) =>
      Math.log(1 + 0.3 * Math.sin((2 * Math.PI * at) / 48)),
    );
    const drift = learnDrift(levels(rhythm));
    for (const start of [0, 12, 24, 40]) {
      for (const after of [1, 6, 12, 24]) {
        const moved = Math.abs((rhythm[start + after] ?? 0) - (rhythm[start] ?? 0));
        expect(driftAfter(errors, drift, after * 300)).toBeGreaterThanOrEqual(moved - 1e-12);
      }
    }
  });
});

describe('driftAfter', () => {
  it('takes every service to drift a little, up to a bound', () => {
    expect(driftAfter(errors, [], 3600)).toBeCloseTo(0.5, 12);
    expect(driftAfter(errors, [], 36_000)).toBeCloseTo(Math.LN2, 12);
    expect(driftAfter(latency, [], 3600)).toBeCloseTo(0.15, 12);
    expect(driftAfter(latency, [], 0)).toBe(0);
  });

  it('allows what the service has shown, and in proportion beyond that', () => {
    expect(driftAfter(latency, [0.1, 0.4], 300)).toBeCloseTo(0.1, 12);
    expect(driftAfter(latency, [0.1, 0.4], 301)).toBeCloseTo(0.4, 12);
    expect(driftAfter(latency, [0.1, 0.4], 1200)).toBeCloseTo(0.8, 12);
  });

  it('covers a rhythm of 30 % in four hours without having seen it', () => {
    for (let start = 0; start < 48; start += 1) {
      for (let after = 1; after <= 48; after += 1) {
        const at = (windows: number): number =>
          Math.log(1 + 0.3 * Math.sin((2 * Math.PI * windows) / 48));
        const moved = at(start + after) - at(start);
        expect(driftAfter(errors, [], after * 300)).toBeGreaterThanOrEqual(moved);
      }
    }
  });
});
