import { budgetWeights, judgeConfig } from '../judge/judge-config.ts';
import { isSourcedGuard } from '../policy/guard.ts';
import type { Policy } from '../policy/policy.ts';

/** Parts of a policy's budget for false rollbacks; they sum to 1 at the most. Plain JSON. */
export interface BudgetShares {
  /** What each compare guard may spend, by its name. */
  readonly guards: Readonly<Record<string, number>>;
  /** What the watch over single units may spend. */
  readonly units: number;
}

/** The part of a guard; 0 for one that needs none. A guard may be called `constructor`. */
export function shareOf({ guards }: BudgetShares, guard: string): number {
  return Object.hasOwn(guards, guard) ? (guards[guard] ?? 0) : 0;
}

/**
 * How a policy divides its budget from the start, source by source: a guard with a source of its own has its
 * weight among all of them; what they leave, those of the SDK divide among themselves.
 */
export function sharesFrom(policy: Pick<Policy, 'guards' | 'evidence'>): BudgetShares {
  const config = judgeConfig(policy);
  const weights = budgetWeights(config).guards;
  const sourced = config.guards.flatMap((guard, index) =>
    isSourcedGuard(guard) ? [[guard.name, weights[index] ?? 0] as const] : [],
  );
  const left = Math.max(
    0,
    sourced.reduce((rest, [, weight]) => rest - weight, 1),
  );
  const guards = policy.guards.filter((guard) => !isSourcedGuard(guard));
  const sdk = judgeConfig({ guards, evidence: policy.evidence });
  const own = budgetWeights(sdk);
  return {
    guards: Object.fromEntries([
      ...sourced,
      ...sdk.guards.map(({ name }, index) => [name, left * (own.guards[index] ?? 0)] as const),
    ]),
    units: left * own.units,
  };
}
