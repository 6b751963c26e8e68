import type { LatencyTolerance } from './guard.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** What holds where policy, service and profile say nothing. Durations in milliseconds. */
export const defaults = {
  project: 'default',
  profile: 'standard',
  atLeast: 1,
  withoutUnit: 'old',
  onFail: 'rollback',
  onNoData: 'hold',
  keepForRetryMs: day,
  bakeMs: 10 * minute,
  patienceMs: day,
  batchTimeMs: 100,
  shadowSample: 0.1,
  soakMs: 7 * day,
  approvalExpiresMs: day,
  contractApproval: 'admin',
  trashForMs: 14 * day,
  backup: { to: 'files', verify: true, keepForMs: 14 * day, atMostBytes: 10 * 1024 ** 3 },
  errors: { ratio: 1.1, add: 0.0005 },
  compared: { atLeast: 500, units: 5 },
  lockWaitMs: 500,
  failAfter: { failures: 3, of: 5 },
  metricIntervalMs: 15 * second,
  metricWindowMs: minute,
  evidence: {
    falseRollbackBudget: 0.01,
    falsePromoteBudget: 0.01,
    minimum: { requests: 1000, units: 'auto' },
    warmupMs: minute,
    historyMs: 2 * hour,
    onOneBadUnit: { quarantine: { atMost: 2 } },
  },
} as const;

/** Tolerated slowness by default: the quantiles that every latency guard compares. */
export const defaultLatency: readonly LatencyTolerance[] = [
  { quantile: 0.5, part: 0.05, atLeastMs: 2 },
  { quantile: 0.9, part: 0.05, atLeastMs: 5 },
  { quantile: 0.99, part: 0.2, atLeastMs: 0 },
];

/** A start with less history than this needs tolerances wider than the default ones. */
export const shortHistoryMs = 10 * minute;
