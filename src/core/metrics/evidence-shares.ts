import { budgetWeights, judgeConfig } from '../judge/judge-config.ts';
import { isSourcedGuard } from '../policy/guard.ts';
import type { EvidencePolicy, Policy } from '../policy/policy.ts';

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
 */
export function evidenceShares(policy: Pick<Policy, 'guards' | 'evidence'>): EvidenceShares {
  const { evidence } = policy;
  const config = judgeConfig(policy);
  const weights = budgetWeights(config).guards;
  const sources = new Map<string, EvidencePolicy>();
  let left = 1;
  for (const [index, guard] of config.guards.entries()) {
    if (!isSourcedGuard(guard)) continue;
    const weight = weights[index] ?? 0;
    left -= weight;
    const falseRollbackBudget = evidence.falseRollbackBudget * weight;
    // Buckets and totals are no units, so none can be asked for.
    const minimum = { ...evidence.minimum, units: 1 };
    sources.set(guard.name, { ...evidence, falseRollbackBudget, minimum });
  }
  const falseRollbackBudget = evidence.falseRollbackBudget * Math.max(0, left);
  return { sdk: sources.size === 0 ? evidence : { ...evidence, falseRollbackBudget }, sources };
}
