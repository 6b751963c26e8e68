import type { JudgeConfig, Tier } from '../../src/core/judge/judge-config.ts';

/** New failures may be at most 1.1 times the old ones and 0.05 points. */
export const tolerance = { ratio: 1.1, add: 0.0005 } as const;

/** Chance of a false alarm that a rollout may spend. */
export const budget = 0.01;

/** Watched quantiles; one bucket of 4.4 % of slowness is tolerated at each. */
export const latencyQuantiles: readonly number[] = [0.5, 0.9, 0.99, 0.999];

/** The policy that all rollouts of the bench are judged by: every guard that a policy has by default. */
export function benchConfig(tier: Tier, warmupMs: number): JudgeConfig {
  return {
    source: { tier, intervalMs: 1_000 },
    guards: [
      { name: 'errors', compare: 'errors', tolerate: tolerance },
      {
        name: 'latency',
        compare: 'latency',
        tolerate: latencyQuantiles.map((quantile) => ({
          quantile,
          part: 0.05,
          atLeastMs: 0,
        })),
      },
      {
        name: 'mismatches',
        compare: 'mismatches',
        atMost: 1e-5,
        compared: { atLeast: 500, units: 5 },
      },
    ],
    evidence: {
      falseRollbackBudget: budget,
      falsePromoteBudget: 0.01,
      minimum: { requests: 1_000, units: 'auto' },
      warmupMs,
      historyMs: 7_200_000,
    },
  };
}
