import {
  activeUnits,
  beginJudge,
  historySeconds,
  type JudgeState,
  measureGuards,
  observeTick,
} from '../core/judge/judge.ts';
import { mergeEvidence } from '../core/judge/evidence-tick.ts';
import { judgeConfig } from '../core/judge/judge-config.ts';
import type { Measurement } from '../core/judge/measurement.ts';
import {
  freshThreshold,
  measureThreshold,
  observeThreshold,
  type ThresholdState,
} from '../core/judge/threshold.ts';
import { isCompareGuard, type ThresholdGuard } from '../core/policy/guard.ts';
import type { Policy } from '../core/policy/policy.ts';
import { judgeStepOf } from '../core/rollout/judge-step-of.ts';
import type { Observations } from '../core/rollout/observations.ts';
import type { Rollout } from '../core/rollout/rollout.ts';
import type { Gathered, TargetObservation } from './ports/observation-store.ts';

/** The judge's memory between ticks, as it is stored. Plain JSON. */
export interface JudgeMemory {
  readonly judge: JudgeState;
  readonly thresholds: Readonly<Record<string, ThresholdState>>;
  /** Epoch milliseconds of the newest evidence taken in, and of the tick that took it. */
  readonly newestAt: number | null;
  readonly tickAt: number | null;
}

export interface Judged {
  readonly memory: JudgeMemory;
  readonly measurements: readonly Measurement[];
  readonly history: Observations['history'];
}

/** Feeds what arrived since the last tick to the judge and asks it for its verdicts. */
export function judge(policy: Policy, rollout: Rollout, gathered: Gathered, now: number): Judged {
  const config = judgeConfig(policy);
  const step = judgeStepOf(policy, rollout);
  const before = (gathered.judge as JudgeMemory | null) ?? fresh(policy);
  const newestAt = newestOf(gathered, before.newestAt);
  const arrived = gathered.evidence.length > 0;
  const seconds = before.tickAt === null ? 0 : Math.max(0, now - before.tickAt) / 1000;
  const batches = gathered.evidence
    .map((batch) => batch.evidence)
    .filter((batch) => batch.revision >= rollout.evidenceSince);
  const state = arrived
    ? observeTick(before.judge, config, mergeEvidence(batches, newestAt ?? now, seconds), step)
    : before.judge;
  const thresholds = observeThresholds(policy, before, gathered.target, rollout.step.index);
  const memory: JudgeMemory = {
    judge: state,
    thresholds,
    newestAt,
    tickAt: arrived || before.tickAt === null ? now : before.tickAt,
  };
  return {
    memory,
    measurements: [
      ...measureGuards(state, config, step, now),
      ...thresholdGuards(policy).map((guard) =>
        measureThreshold(thresholds[guard.name] ?? freshThreshold, guard, now),
      ),
    ],
    history: { seconds: historySeconds(state), units: activeUnits(state), newestAt },
  };
}

function fresh(policy: Policy): JudgeMemory {
  return { judge: beginJudge(judgeConfig(policy)), thresholds: {}, newestAt: null, tickAt: null };
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
    thresholdGuards(policy).map((guard) => [
      guard.name,
      observeThreshold(before.thresholds[guard.name] ?? freshThreshold, guard, sample, step),
    ]),
  );
}

function thresholdGuards(policy: Policy): readonly ThresholdGuard[] {
  return policy.guards.filter((guard): guard is ThresholdGuard => !isCompareGuard(guard));
}
