import { type CompareGuard, isCompareGuard } from '../policy/guard.ts';
import type { EvidencePolicy, Policy } from '../policy/policy.ts';
import { remembered } from '../statistics/remembered.ts';
import type { Margin } from '../statistics/two-streams.ts';

/** Rises whenever the same evidence could give another verdict; stored with every decision. */
export const judgeVersion = 11;

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

/** All that the judge knows of a policy; fixed until a person moves the rollout onto another revision. Plain JSON. */
export interface JudgeConfig {
  readonly guards: readonly CompareGuard[];
  readonly evidence: EvidencePolicy;
  /** How the budget for false rollbacks is divided after that; absent: see `budgetWeights`. */
  readonly weights?: Weights;
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
const unitGuardWeight = 0.1;

/** With less history it is not known in how many minutes a unit usually fails. Milliseconds. */
const unitGuardHistoryMs = 30 * 60_000;

/** Whether units are also watched one by one: where errors are, unit by unit, with enough history. */
export function watchesUnits(config: JudgeConfig): boolean {
  return (
    sourceOf(config).tier === 'unit' &&
    config.evidence.historyMs >= unitGuardHistoryMs &&
    config.guards.some((guard) => guard.compare === 'errors')
  );
}

/** What is tolerated of a single unit: as much as the most tolerant guard of failures allows. */
export const toleratedOfUnits = remembered(({ guards }: JudgeConfig): Margin => {
  const margins = guards.flatMap((guard) => (guard.compare === 'errors' ? guard.tolerate : []));
  return {
    ratio: Math.max(1, ...margins.map(({ ratio }) => ratio)),
    add: Math.max(0, ...margins.map(({ add }) => add)),
  };
});

/** Mismatches that are not tolerated at all fail by themselves and need no share of the budget. */
function carriesProcess(guard: CompareGuard): boolean {
  return guard.compare !== 'mismatches' || guard.atMost > 0;
}

/** Parts of the budget for false rollbacks; they sum to 1, or are all 0. */
export interface Weights {
  /** Aligned with `config.guards`; 0 for a guard that needs none. */
  readonly guards: readonly number[];
  /** Of the watch over single units. */
  readonly units: number;
}

/**
 * How the budget for false rollbacks is divided, fixed before the first look: guards of one kind
 * share that kind's weight, and so does the watch over single units where it is kept.
 */
export const budgetWeights = remembered((config: JudgeConfig): Weights => {
  if (config.weights !== undefined) return config.weights;
  const weights = config.guards.map((guard) => {
    if (!carriesProcess(guard)) return 0;
    const sharing = config.guards.filter(
      (other) => other.compare === guard.compare && carriesProcess(other),
    );
    return kindWeights[guard.compare] / sharing.length;
  });
  const units = watchesUnits(config) ? unitGuardWeight : 0;
  const whole = weights.reduce((sum, weight) => sum + weight, units);
  if (whole === 0) return { guards: weights, units: 0 };
  return { guards: weights.map((weight) => weight / whole), units: units / whole };
});
