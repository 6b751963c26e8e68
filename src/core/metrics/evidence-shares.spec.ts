import { describe, expect, it } from '@jest/globals';
import { examplePolicy } from '../../../test/support/example-policy.ts';
import type { Guard } from '../policy/guard.ts';
import { evidenceShares } from './evidence-shares.ts';

const own: Guard = { name: 'errors', compare: 'errors', tolerate: { ratio: 1.1, add: 0 } };
const source = { provider: 'main', bad: 'e', total: 't', intervalMs: 15_000 };
const http: Guard = { ...own, name: 'http', source };

const sharesOf = (...guards: Guard[]) => evidenceShares({ ...examplePolicy, guards });

describe('the budget for false rollbacks', () => {
  it('is the SDK’s alone where it is the only source, untouched', () => {
    expect(sharesOf(own).sdk).toBe(examplePolicy.evidence);
  });

  it('is divided among the sources, and no more than all of it is spent', () => {
    const { sdk, sources } = sharesOf(own, http, { ...http, name: 'grpc' });
    const parts = [sdk, ...sources.values()].map(({ falseRollbackBudget }) => falseRollbackBudget);
    expect(parts).toHaveLength(3);
    for (const part of parts)
      expect(part).toBeCloseTo(examplePolicy.evidence.falseRollbackBudget / 3, 12);
  });

  it('goes with no demand for units, which buckets are not', () => {
    expect(sharesOf(http).sources.get('http')?.minimum.units).toBe(1);
  });
});
