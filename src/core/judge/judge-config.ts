import { type CompareGuard, isCompareGuard } from '../policy/guard.ts';
import type { EvidencePolicy, Policy } from '../policy/policy.ts';

/** Rises whenever the same evidence could give another verdict; stored with every decision. */
export const judgeVersion = 2;

/**
 * How finely counts tell units apart. `unit`: each by itself. `bucket`: by 64 hash buckets. `total`:
 * cohorts only, so that one bad unit looks like a little harm to all.
 */
export type Tier = 'unit' | 'bucket' | 'total';

/** Where evidence comes from: how fine it is, and how often it arrives. Milliseconds. */
export interface EvidenceSource {
  readonly tier: Tier;
  readonly intervalMs: number;
}

/** The SDK's reports. */
const sdk: EvidenceSource = { tier: 'unit', intervalMs: 1_000 };

/** All that the judge knows of a policy; fixed for the life of a rollout. Plain JSON. */
export interface JudgeConfig {
  readonly guards: readonly CompareGuard[];
  readonly evidence: EvidencePolicy;
  /** Absent: the SDK. */
  readonly source?: EvidenceSource;
}

export function sourceOf({ source = sdk }: JudgeConfig): EvidenceSource {
  return source;
}

/** The judge's part of a policy: its compare guards and what evidence must amount to. */
export function judgeConfig(policy: Pick<Policy, 'guards' | 'evidence'>): JudgeConfig {
  return { guards: policy.guards.filter(isCompareGuard), evidence: policy.evidence };
}

const kindWeights = { errors: 0.5, latency: 0.3, mismatches: 0.1 } as const;

/** Mismatches that are not tolerated at all fail by themselves and need no share of the budget. */
function carriesProcess(guard: CompareGuard): boolean {
  return guard.compare !== 'mismatches' || guard.atMost > 0;
}

/**
 * How the budget for false rollbacks is divided: one weight per guard, aligned with `config.guards`,
 * summing to 1 over those that carry a process; guards of one kind share that kind's weight. 0 for
 * a guard that needs none.
 */
export function guardWeights(config: JudgeConfig): readonly number[] {
  const weights = config.guards.map((guard) => {
    if (!carriesProcess(guard)) return 0;
    const sharing = config.guards.filter(
      (other) => other.compare === guard.compare && carriesProcess(other),
    );
    return kindWeights[guard.compare] / sharing.length;
  });
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => (whole === 0 ? 0 : weight / whole));
}
