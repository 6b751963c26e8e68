import type { JudgeStep } from '../judge/judge-step.ts';
import type { Measurement } from '../judge/measurement.ts';
import { isMetricGuard, isSourcedGuard, type Guard } from '../policy/guard.ts';
import type { Policy } from '../policy/policy.ts';
import type { BudgetShares } from './budget-shares.ts';
import { evidenceShares } from './evidence-shares.ts';
import { metricQueriesOf } from './metric-query.ts';
import type { MetricObservation } from './metric-reading.ts';
import {
  freshMetricThreshold,
  measureMetric,
  observeMetric,
  type MetricThresholdState,
  type ThresholdStep,
} from './metric-threshold.ts';
import { freshSource, measureSource, observeSource, type SourceMemory } from './source-judge.ts';

/** What is remembered of a policy's metric guards, by the guard's name. Plain JSON. */
export interface MetricMemory {
  readonly thresholds: Readonly<Record<string, MetricThresholdState>>;
  readonly sources: Readonly<Record<string, SourceMemory>>;
  /** The newest observation that was taken in of each guard. Epoch milliseconds. */
  readonly seenAt: Readonly<Record<string, number>>;
}

export const freshMetrics: MetricMemory = { thresholds: {}, sources: {}, seenAt: {} };

/** Where a rollout is. Times are epoch milliseconds. */
export interface MetricsCase {
  readonly policy: Policy;
  readonly step: JudgeStep;
  readonly startedAt: number;
  readonly settledAt: number | null;
  readonly now: number;
  /** What each guard may spend of the budget since a rebase; absent: as the policy divides it. */
  readonly shares?: BudgetShares;
}

/** From when on observations are wanted, by the key of the query; nothing older is of use. */
export function unseenSince(
  policy: Policy,
  memory: MetricMemory,
  startedAt: number,
): ReadonlyMap<string, number> {
  const wanted = new Map<string, number>();
  for (const [guard, { key }] of metricQueriesOf(policy)) {
    const after = own(memory.seenAt, guard) ?? startedAt;
    wanted.set(key, Math.min(after, wanted.get(key) ?? after));
  }
  return wanted;
}

/** Takes in what was observed since, and measures each metric guard. */
export function judgeMetrics(
  where: MetricsCase,
  before: MetricMemory,
  observed: ReadonlyMap<string, readonly MetricObservation[]>,
): { readonly memory: MetricMemory; readonly measurements: readonly Measurement[] } {
  const queries = metricQueriesOf(where.policy);
  const shares = evidenceShares(where.policy, where.shares);
  const thresholds: Record<string, MetricThresholdState> = {};
  const sources: Record<string, SourceMemory> = {};
  const seenAt: Record<string, number> = { ...before.seenAt };
  const measurements: Measurement[] = [];
  const unseen = ({ name }: Guard): readonly MetricObservation[] => {
    const after = own(before.seenAt, name) ?? -Infinity;
    const found = observed.get(queries.get(name)?.key ?? '') ?? [];
    const news = found.filter(({ at }) => at > after);
    const last = news.at(-1);
    if (last !== undefined) seenAt[name] = last.at;
    return news;
  };
  for (const guard of where.policy.guards) {
    if (isMetricGuard(guard)) {
      const step = thresholdStep(where);
      const known = own(before.thresholds, guard.name) ?? freshMetricThreshold;
      const state = unseen(guard).reduce((a, b) => observeMetric(a, guard, b, step), known);
      thresholds[guard.name] = state;
      measurements.push(measureMetric(state, guard, step, where.now));
    } else if (isSourcedGuard(guard)) {
      const evidence = shares.sources.get(guard.name) ?? where.policy.evidence;
      const { step, startedAt, settledAt } = where;
      const source = { guard, evidence, step, startedAt, settledAt };
      const known = own(before.sources, guard.name) ?? freshSource;
      const memory = unseen(guard).reduce((a, b) => observeSource(a, source, b), known);
      sources[guard.name] = memory;
      measurements.push(measureSource(memory, source, where.now));
    }
  }
  return { memory: { thresholds, sources, seenAt }, measurements };
}

function thresholdStep({ step, settledAt }: MetricsCase): ThresholdStep {
  return { index: step.index, enteredAt: step.enteredAt, settledAt };
}

/** A guard may be called `constructor`. */
function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
