import type { EvidenceTick } from '../judge/evidence-tick.ts';
import { judgeConfig, type JudgeConfig, type Weights } from '../judge/judge-config.ts';
import {
  activeUnits,
  beginJudge,
  historySeconds,
  type JudgeState,
  measureGuards,
  observeTick,
} from '../judge/judge.ts';
import type { JudgeStep } from '../judge/judge-step.ts';
import { type Measurement, unmeasured } from '../judge/measurement.ts';
import { measureParity, type ParitySample } from '../judge/parity-watch.ts';
import {
  freshThreshold,
  type HealthSample,
  measureThreshold,
  observeThreshold,
  type ThresholdState,
} from '../judge/threshold.ts';
import { type BudgetShares, shareOf } from '../metrics/budget-shares.ts';
import { evidenceShares } from '../metrics/evidence-shares.ts';
import { freshMetrics, judgeMetrics, type MetricMemory } from '../metrics/judge-metrics.ts';
import type { MetricObservation } from '../metrics/metric-reading.ts';
import {
  type HealthGuard,
  isCompareGuard,
  isHealthGuard,
  isParityGuard,
  isSourcedGuard,
} from '../policy/guard.ts';
import type { Policy } from '../policy/policy.ts';
import type { Observations } from './observations.ts';
import { isTerminal } from './phase.ts';
import type { Rollout } from './rollout.ts';

/** The judge's memory between ticks, as it is stored. Plain JSON. */
export interface JudgeMemory {
  readonly judge: JudgeState;
  readonly thresholds: Readonly<Record<string, ThresholdState>>;
  readonly metrics?: MetricMemory;
  /** What each guard may spend of the budget for false rollbacks since a rebase; absent: as the policy divides it. */
  readonly shares?: BudgetShares;
  /** Epoch milliseconds of the newest evidence taken in, and of the tick that took it. */
  readonly newestAt: number | null;
  readonly tickAt: number | null;
}

/** All that one tick gives the judge besides policy and memory. Plain JSON: it is kept for replay. */
export interface TickInput {
  readonly now: number;
  readonly step: JudgeStep;
  /** When the attempt began, and when every instance ran the step's route; epoch milliseconds. */
  readonly startedAt: number;
  readonly settledAt: number | null;
  /** What the SDKs sent since the tick before; null when nothing arrived. */
  readonly evidence: EvidenceTick | null;
  readonly newestAt: number | null;
  readonly health: HealthSample | null;
  /** Absent while no row is kept in step, and where nobody asks. */
  readonly parity?: ParitySample;
  /** What was observed of each metric query since, by the query's key. */
  readonly metrics: readonly (readonly [string, readonly MetricObservation[]])[];
}

export interface Judged {
  /** Null before the first tick. */
  readonly memory: JudgeMemory | null;
  readonly measurements: readonly Measurement[];
  readonly history: Observations['history'];
}

function freshMemory(policy: Policy): JudgeMemory {
  return { judge: beginJudge(sdkConfig(policy)), thresholds: {}, newestAt: null, tickAt: null };
}

/**
 * Feeds a tick to the judge and asks it for its verdicts. A judge that cannot go on, as after an
 * upgrade in the middle of a rollout, is a fault of its own: it promotes nothing, and it keeps nobody
 * from rolling back.
 */
export function judgeTick(policy: Policy, before: JudgeMemory | null, input: TickInput): Judged {
  try {
    return judged(policy, before ?? freshMemory(policy), input);
  } catch (error) {
    const reason = `the judge cannot go on: ${error instanceof Error ? error.message : String(error)}`;
    return unjudged(
      before,
      policy.guards.map((guard) =>
        unmeasured(guard.name, isCompareGuard(guard) ? 'compare' : 'threshold', {
          verdict: 'providerError',
          reason,
        }),
      ),
    );
  }
}

/** As `judgeTick`; a rollout that has ended is judged no more. */
export function judgeRollout(
  policy: Policy,
  rollout: Rollout,
  before: JudgeMemory | null,
  input: TickInput,
): Judged {
  return isTerminal(rollout.phase) ? unjudged(before, []) : judgeTick(policy, before, input);
}

function unjudged(memory: JudgeMemory | null, measurements: readonly Measurement[]): Judged {
  const newestAt = memory?.newestAt ?? null;
  return { memory, measurements, history: { seconds: 0, units: 0, newestAt } };
}

function judged(policy: Policy, before: JudgeMemory, input: TickInput): Judged {
  const { evidence, step, newestAt, now } = input;
  const config = sdkConfig(policy, before.shares);
  const judge =
    evidence === null ? before.judge : observeTick(before.judge, config, evidence, step);
  const thresholds = observeThresholds(policy, before, input);
  const metrics = judgeMetrics(
    {
      policy,
      step,
      startedAt: input.startedAt,
      settledAt: input.settledAt,
      now,
      ...shared(before),
    },
    before.metrics ?? freshMetrics,
    new Map(input.metrics),
  );
  const isFirst = before.tickAt === null;
  const tickAt = evidence !== null || isFirst ? now : before.tickAt;
  return {
    memory: { judge, thresholds, metrics: metrics.memory, ...shared(before), newestAt, tickAt },
    measurements: [
      ...measureGuards(judge, config, step, now),
      ...healthGuards(policy).map((guard) =>
        measureThreshold(thresholds[guard.name] ?? freshThreshold, guard, now),
      ),
      ...policy.guards
        .filter(isParityGuard)
        .map((guard) => measureParity(input.parity ?? null, guard, now)),
      ...metrics.measurements,
    ],
    history: {
      seconds: historySeconds(judge),
      units: activeUnits(judge),
      newestAt,
      traffic: { names: judge.units.names, requests: judge.units.past.requests },
    },
  };
}

function shared({ shares }: JudgeMemory): Pick<JudgeMemory, 'shares'> {
  return shares === undefined ? {} : { shares };
}

/** The SDK's evidence decides the guards that name no source of their own. */
export function sdkConfig(policy: Policy, shares?: BudgetShares): JudgeConfig {
  const guards = policy.guards.filter((guard) => !isSourcedGuard(guard));
  const config = judgeConfig({ guards, evidence: evidenceShares(policy, shares).sdk });
  return shares === undefined ? config : { ...config, weights: weightsIn(config, shares) };
}

/** Parts of what the SDK's guards may spend together. */
function weightsIn({ guards }: JudgeConfig, shares: BudgetShares): Weights {
  const own = guards.map(({ name }) => shareOf(shares, name));
  const whole = own.reduce((sum, share) => sum + share, shares.units);
  if (whole === 0) return { guards: own, units: 0 };
  return { guards: own.map((share) => share / whole), units: shares.units / whole };
}

function observeThresholds(
  policy: Policy,
  before: JudgeMemory,
  { health, step }: TickInput,
): Readonly<Record<string, ThresholdState>> {
  return Object.fromEntries(
    healthGuards(policy).map((guard) => [
      guard.name,
      observeThreshold(before.thresholds[guard.name] ?? freshThreshold, guard, health, step.index),
    ]),
  );
}

function healthGuards(policy: Policy): readonly HealthGuard[] {
  return policy.guards.filter(isHealthGuard);
}
