import type { JudgeConfig } from '../../src/core/judge/judge-config.ts';

/** New failures may be at most 1.1 times the old ones and 0.05 points. */
export const tolerance = { ratio: 1.1, add: 0.0005 } as const;

/** Chance of a false alarm that a rollout may spend. */
export const budget = 0.01;

/** The policy that all rollouts of the bench are judged by: every guard that a policy has by default. */
export function benchConfig(warmupMs: number): JudgeConfig {
  return {
    guards: [
      { name: 'errors', compare: 'errors', tolerate: tolerance },
      {
        name: 'latency',
        compare: 'latency',
        tolerate: [0.5, 0.9, 0.99, 0.999].map((quantile) => ({
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
