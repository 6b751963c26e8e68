import { describe, expect, it } from '@jest/globals';
import type { FailAction, Guard } from '../policy/guard.ts';
import { guardChanges, isSameMeasured } from './guard-changes.ts';

const failAfter = { failures: 3, of: 5 };
const source = { provider: 'main', bad: 'b', total: 't', intervalMs: 15_000 };
const errors: Guard = { name: 'errors', compare: 'errors', tolerate: { ratio: 1.1, add: 0.001 } };
const latency: Guard = {
  name: 'latency',
  compare: 'latency',
  tolerate: [{ quantile: 0.9, part: 0.05, atLeastMs: 5 }],
};
const reads: Guard = {
  name: 'reads',
  compare: 'mismatches',
  atMost: 0,
  compared: { atLeast: 200, units: 5 },
};
const locks: Guard = { name: 'locks', threshold: 'lock_wait', maxMs: 500, failAfter };
const rows: Guard = { name: 'rows', threshold: 'parity', maxRows: 0 };
const slo: Guard = {
  name: 'slo',
  threshold: 'metric',
  provider: 'main',
  expr: 'up',
  min: 0.9,
  max: 2,
  intervalMs: 15_000,
  windowMs: 60_000,
  failAfter,
};

function changesOf(
  before: readonly Guard[],
  after: readonly Guard[],
  onFail: FailAction = 'rollback',
) {
  return guardChanges({ guards: before, onFail: 'rollback' }, { guards: after, onFail });
}

const tolerate = (quantile: number, part: number, atLeastMs: number): Guard =>
  ({ ...latency, tolerate: [{ quantile, part, atLeastMs }] }) as Guard;

describe('a guard that says otherwise', () => {
  it.each<[string, Guard, object, boolean]>([
    ['errors, a higher ratio', errors, { tolerate: { ratio: 1.2, add: 0.001 } }, true],
    ['errors, more points', errors, { tolerate: { ratio: 1.1, add: 0.01 } }, true],
    ['errors, less of both', errors, { tolerate: { ratio: 1, add: 0 } }, false],
    ['errors from elsewhere', errors, { source }, true],
    ['latency, a wider part', latency, tolerate(0.9, 0.1, 5), true],
    ['latency, more milliseconds', latency, tolerate(0.9, 0.05, 9), true],
    ['latency, another quantile', latency, tolerate(0.5, 0.05, 5), true],
    ['latency, stricter', latency, tolerate(0.9, 0.01, 1), false],
    ['mismatches tolerated', reads, { atMost: 0.001 }, true],
    ['fewer comparisons', reads, { compared: { atLeast: 100, units: 5 } }, true],
    ['fewer units compared', reads, { compared: { atLeast: 200, units: 1 } }, true],
    ['more comparisons', reads, { compared: { atLeast: 500, units: 9 } }, false],
    ['health, a higher bound', locks, { maxMs: 900 }, true],
    ['health, a lower bound', locks, { maxMs: 100 }, false],
    ['health of something else', locks, { threshold: 'longest_transaction' }, true],
    ['more failures needed', locks, { failAfter: { failures: 4, of: 5 } }, true],
    ['fewer windows looked at', locks, { failAfter: { failures: 3, of: 3 } }, true],
    ['fewer failures needed', locks, { failAfter: { failures: 1, of: 5 } }, false],
    ['more rows may differ', rows, { maxRows: 3 }, true],
    ['a lower least value', slo, { min: 0.5 }, true],
    ['no least value', slo, { min: null }, true],
    ['a higher greatest value', slo, { max: 9 }, true],
    ['a narrower range', slo, { min: 0.95, max: 1 }, false],
    ['another expression', slo, { expr: 'down' }, true],
    ['asked less often', slo, { intervalMs: 60_000 }, true],
    ['a longer window', slo, { windowMs: 300_000 }, true],
    ['another kind of guard', slo, rows, true],
  ])('knows whether it is looser: %s', (_, before, change, loosens) => {
    const after = { ...before, ...change, name: before.name } as Guard;
    const [found, ...more] = changesOf([before], [after]);
    expect(found).toMatchObject({ path: ['guards', 0], loosens });
    expect(found?.words).toMatch(/^guard \w+: .*; it begins anew$/);
    expect(more).toEqual([]);
    expect(isSameMeasured(before, after)).toBe(false);
  });

  it('goes on where only what it causes is another', () => {
    const held: Guard = { ...errors, onFail: 'hold' };
    expect(isSameMeasured(errors, held)).toBe(true);
    expect(changesOf([errors], [held])).toMatchObject([
      { loosens: true, words: 'guard errors: onFail hold instead of nothing' },
    ]);
    expect(changesOf([held], [errors])).toMatchObject([{ loosens: false }]);
    expect(changesOf([{ ...errors, onFail: 'rollback' }], [errors], 'hold')).toMatchObject([
      { loosens: true },
    ]);
  });

  it('is told from the others by its name, wherever it stands', () => {
    expect(changesOf([errors, latency], [latency, errors])).toEqual([]);
    expect(changesOf([errors, latency], [latency, reads])).toMatchObject([
      { words: 'guard errors is gone', loosens: true },
      { words: 'guard reads is new', path: ['guards', 1], loosens: false },
    ]);
  });
});
