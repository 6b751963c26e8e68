import { budgetWeights, judgeConfig } from '../judge/judge-config.ts';
import { isCompareGuard, isSourcedGuard } from '../policy/guard.ts';
import type { EvidencePolicy, Policy } from '../policy/policy.ts';
import { type BudgetShares, shareOf } from './budget-shares.ts';

type Judged = Pick<Policy, 'guards' | 'evidence'>;

/** What evidence must amount to, for the SDK's guards together and for each guard with its own source. */
export interface EvidenceShares {
  readonly sdk: EvidencePolicy;
  /** By the guard's name. */
  readonly sources: ReadonlyMap<string, EvidencePolicy>;
}

/**
 * Each source is judged by itself, at its own pace. The budget for false rollbacks is divided among
 * them by the weights of their guards, so that by the union bound the policy's whole budget holds
 * over all of them. Where the SDK is the only source it has all of it.
 * @param shares what each may spend since a rebase; absent: as the policy divides the budget
 */
export function evidenceShares(policy: Judged, shares?: BudgetShares): EvidenceShares {
  const { evidence } = policy;
  const config = judgeConfig(policy);
  const weights = budgetWeights(config).guards;
  const sources = new Map<string, EvidencePolicy>();
  let left = 1;
  for (const [index, guard] of config.guards.entries()) {
    if (!isSourcedGuard(guard)) continue;
    const weight = shares === undefined ? (weights[index] ?? 0) : shareOf(shares, guard.name);
    left -= weight;
    const falseRollbackBudget = evidence.falseRollbackBudget * weight;
    // Buckets and totals are no units, so none can be asked for.
    const minimum = { ...evidence.minimum, units: 1 };
    sources.set(guard.name, { ...evidence, falseRollbackBudget, minimum });
  }
  if (shares === undefined && sources.size === 0) return { sdk: evidence, sources };
  const ofSdk = shares === undefined ? Math.max(0, left) : sdkShare(policy, shares);
  const falseRollbackBudget = evidence.falseRollbackBudget * ofSdk;
  return { sdk: { ...evidence, falseRollbackBudget }, sources };
}

/** What the SDK's guards may spend together, with the watch over single units. */
function sdkShare({ guards }: Judged, shares: BudgetShares): number {
  return guards
    .filter((guard) => isCompareGuard(guard) && !isSourcedGuard(guard))
    .reduce((sum, { name }) => sum + shareOf(shares, name), shares.units);
}
