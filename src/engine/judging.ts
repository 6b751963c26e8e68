import {
  activeUnits,
  beginJudge,
  historySeconds,
  type JudgeState,
  measureGuards,
  observeTick,
} from '../core/judge/judge.ts';
import { mergeEvidence } from '../core/judge/evidence-tick.ts';
import { judgeConfig, type JudgeConfig } from '../core/judge/judge-config.ts';
import type { Measurement } from '../core/judge/measurement.ts';
import {
  freshThreshold,
  measureThreshold,
  observeThreshold,
  type ThresholdState,
} from '../core/judge/threshold.ts';
import { evidenceShares } from '../core/metrics/evidence-shares.ts';
import {
  freshMetrics,
  judgeMetrics,
  type MetricMemory,
  unseenSince,
} from '../core/metrics/judge-metrics.ts';
import {
  type Guard,
  type HealthGuard,
  isCompareGuard,
  isHealthGuard,
  isSourcedGuard,
} from '../core/policy/guard.ts';
import type { Policy } from '../core/policy/policy.ts';
import { silentAfterMs } from '../core/rollout/arrival.ts';
import { judgeStepOf } from '../core/rollout/judge-step-of.ts';
import type { Observations } from '../core/rollout/observations.ts';
import { isTerminal } from '../core/rollout/phase.ts';
import type { Rollout } from '../core/rollout/rollout.ts';
import type { Gathered, TargetObservation } from './ports/observation-store.ts';

/** The judge's memory between ticks, as it is stored. Plain JSON. */
export interface JudgeMemory {
  readonly judge: JudgeState;
  readonly thresholds: Readonly<Record<string, ThresholdState>>;
  readonly metrics?: MetricMemory;
  /** Epoch milliseconds of the newest evidence taken in, and of the tick that took it. */
  readonly newestAt: number | null;
  readonly tickAt: number | null;
}

export interface Judged {
  /** Null before the first tick. */
  readonly memory: JudgeMemory | null;
  readonly measurements: readonly Measurement[];
  readonly history: Observations['history'];
}

/**
 * Feeds what arrived since the last tick to the judge and asks it for its verdicts. A judge that
 * cannot go on, as after an upgrade in the middle of a rollout, is a fault of its own: it promotes
 * nothing, and it keeps nobody from rolling back. A rollout that has ended is judged no more.
 */
export function judge(policy: Policy, rollout: Rollout, gathered: Gathered, now: number): Judged {
  const before = gathered.judge as JudgeMemory | null;
  if (isTerminal(rollout.phase)) return silent(before, []);
  try {
    return judgeTick(policy, rollout, gathered, now);
  } catch (error) {
    const reason = `the judge cannot go on: ${error instanceof Error ? error.message : String(error)}`;
    return silent(
      before,
      policy.guards.map((guard) => faulty(guard, reason)),
    );
  }
}

function silent(memory: JudgeMemory | null, measurements: readonly Measurement[]): Judged {
  const newestAt = memory?.newestAt ?? null;
  return { memory, measurements, history: { seconds: 0, units: 0, newestAt } };
}

function faulty(guard: Guard, reason: string): Measurement {
  return {
    guard: guard.name,
    kind: isCompareGuard(guard) ? 'compare' : 'threshold',
    verdict: 'providerError',
    reason,
    canary: null,
    baseline: null,
    limit: null,
    unit: 'ratio',
    samples: { canary: 0, baseline: 0, units: 0 },
    logHarm: null,
    logNotWorse: null,
    newestAt: null,
  };
}

function judgeTick(policy: Policy, rollout: Rollout, gathered: Gathered, now: number): Judged {
  const config = sdkConfig(policy);
  const step = judgeStepOf(policy, rollout);
  const before = (gathered.judge as JudgeMemory | null) ?? fresh(policy);
  const newestAt = newestOf(gathered, before.newestAt);
  const arrived = gathered.evidence.length > 0;
  const seconds = before.tickAt === null ? 0 : gapSeconds(now - before.tickAt);
  const batches = gathered.evidence
    .map((batch) => batch.evidence)
    .filter((batch) => batch.revision >= rollout.evidenceSince);
  const state = arrived
    ? observeTick(before.judge, config, mergeEvidence(batches, newestAt ?? now, seconds), step)
    : before.judge;
  const thresholds = observeThresholds(policy, before, gathered.target, rollout.step.index);
  const { startedAt } = rollout;
  const { settledAt } = rollout.step;
  const where = { policy, step, startedAt, settledAt, now };
  const metrics = judgeMetrics(
    where,
    before.metrics ?? freshMetrics,
    gathered.metrics ?? new Map(),
  );
  const memory: JudgeMemory = {
    judge: state,
    thresholds,
    metrics: metrics.memory,
    newestAt,
    tickAt: arrived || before.tickAt === null ? now : before.tickAt,
  };
  return {
    memory,
    measurements: [
      ...measureGuards(state, config, step, now),
      ...healthGuards(policy).map((guard) =>
        measureThreshold(thresholds[guard.name] ?? freshThreshold, guard, now),
      ),
      ...metrics.measurements,
    ],
    history: { seconds: historySeconds(state), units: activeUnits(state), newestAt },
  };
}

/** Silence is no history: a gap counts for no more than the interval after which evidence is stale. */
function gapSeconds(ms: number): number {
  return Math.min(Math.max(0, ms), silentAfterMs) / 1000;
}

function fresh(policy: Policy): JudgeMemory {
  return { judge: beginJudge(sdkConfig(policy)), thresholds: {}, newestAt: null, tickAt: null };
}

/** The SDK's evidence decides the guards that name no source of their own. */
function sdkConfig(policy: Policy): JudgeConfig {
  const guards = policy.guards.filter((guard) => !isSourcedGuard(guard));
  return judgeConfig({ guards, evidence: evidenceShares(policy).sdk });
}

/** Since when this rollout has not seen what its metric queries found; empty without any. */
export function unseenMetrics(
  policy: Policy,
  rollout: Rollout,
  judge: unknown,
): ReadonlyMap<string, number> {
  const memory = (judge as JudgeMemory | null)?.metrics ?? freshMetrics;
  return unseenSince(policy, memory, rollout.startedAt);
}

function newestOf(gathered: Gathered, before: number | null): number | null {
  const times = gathered.evidence
    .filter((batch) => batch.evidence.units.length > 0)
    .map((batch) => batch.receivedAt);
  return times.length === 0 ? before : Math.max(...times, before ?? 0);
}

function observeThresholds(
  policy: Policy,
  before: JudgeMemory,
  target: TargetObservation | null,
  step: number,
): Readonly<Record<string, ThresholdState>> {
  const sample =
    target === null || target.health === null
      ? null
      : {
          at: target.at,
          lock_wait: target.health.lockWaitMs,
          longest_transaction: target.health.longestTransactionMs,
        };
  return Object.fromEntries(
    healthGuards(policy).map((guard) => [
      guard.name,
      observeThreshold(before.thresholds[guard.name] ?? freshThreshold, guard, sample, step),
    ]),
  );
}

function healthGuards(policy: Policy): readonly HealthGuard[] {
  return policy.guards.filter(isHealthGuard);
}
