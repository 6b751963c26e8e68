import { describe, expect, it } from '@jest/globals';
import { demoConfig } from '../../../test/support/judged-policy.ts';
import type { CompareGuard, Guard } from '../policy/guard.ts';
import { budgetWeights, judgeConfig, watchesUnits } from './judge-config.ts';

const errors: CompareGuard = {
  name: 'errors',
  compare: 'errors',
  tolerate: { ratio: 1.1, add: 0 },
};
const latency: CompareGuard = { name: 'latency', compare: 'latency', tolerate: [] };
const compared = { atLeast: 1, units: 1 };
const reads: CompareGuard = { name: 'reads', compare: 'mismatches', atMost: 1e-4, compared };
const strict: CompareGuard = { ...reads, name: 'strict', atMost: 0 };

function weightsOf(...guards: CompareGuard[]): readonly number[] {
  return budgetWeights({ ...demoConfig, guards }).guards;
}

describe('judgeConfig', () => {
  it('takes the compare guards in their order, and what evidence must amount to', () => {
    const locks: Guard = {
      name: 'locks',
      threshold: 'lock_wait',
      maxMs: 500,
      failAfter: { failures: 3, of: 5 },
    };
    const config = judgeConfig({ guards: [latency, locks, errors], evidence: demoConfig.evidence });
    expect(config.guards).toEqual([latency, errors]);
    expect(config.evidence).toEqual(demoConfig.evidence);
  });
});

describe('budgetWeights', () => {
  it('divides the budget 5 : 3 : 1', () => {
    const [a, b, c] = weightsOf(errors, latency, reads);
    expect([a, b, c].map((weight) => (weight ?? 0) * 9)).toEqual([
      expect.closeTo(5, 12),
      expect.closeTo(3, 12),
      expect.closeTo(1, 12),
    ]);
  });

  it('gives nothing to mismatches that are not tolerated at all', () => {
    expect(weightsOf(errors, latency, strict)).toEqual([0.625, expect.closeTo(0.375, 12), 0]);
  });

  it('lets guards of one kind share', () => {
    expect(weightsOf(errors, { ...errors, name: 'errors-http' })).toEqual([0.5, 0.5]);
  });

  it.each([[[errors]], [[errors, latency]], [[latency, reads, strict]]])('sums to 1', (guards) => {
    const sum = weightsOf(...guards).reduce((whole, weight) => whole + weight, 0);
    expect(sum).toBeCloseTo(1, 12);
  });

  it('is nothing where no guard needs a part', () => {
    expect(weightsOf(strict)).toEqual([0]);
    expect(weightsOf()).toEqual([]);
  });

  it('gives the watch over single units a tenth of what errors, latency and mismatches have', () => {
    const config = { ...demoConfig, evidence: { ...demoConfig.evidence, historyMs: 1_800_000 } };
    const { guards, units } = budgetWeights({ ...config, guards: [errors, latency, reads] });
    expect([...guards, units].map((weight) => Math.round(weight * 1e9) / 1e9)).toEqual([
      0.5, 0.3, 0.1, 0.1,
    ]);
  });
});

describe('watchesUnits', () => {
  const evidence = { ...demoConfig.evidence, historyMs: 1_800_000 };

  it('takes half an hour of history, an errors guard, and evidence by units', () => {
    expect(watchesUnits({ guards: [errors], evidence })).toBe(true);
    expect(watchesUnits({ guards: [latency], evidence })).toBe(false);
    expect(
      watchesUnits({ guards: [errors], evidence: { ...evidence, historyMs: 1_799_999 } }),
    ).toBe(false);
    const source = { tier: 'bucket', intervalMs: 15_000 } as const;
    expect(watchesUnits({ guards: [errors], evidence, source })).toBe(false);
  });
});
