import type { EvidenceTick } from '../judge/evidence-tick.ts';
import type { JudgeConfig, Tier } from '../judge/judge-config.ts';
import { beginJudge, type JudgeState, measureGuards, observeTick } from '../judge/judge.ts';
import type { JudgeStep } from '../judge/judge-step.ts';
import { type Measurement, unmeasured } from '../judge/measurement.ts';
import type { SourcedGuard } from '../policy/guard.ts';
import type { EvidencePolicy } from '../policy/policy.ts';
import type { CountsReading, Doubt, MetricObservation } from './metric-reading.ts';

/** On totals alone only harm beyond so many times the tolerance may act. */
const totalsFactor = 4;

/** A scrape may lie between a step and its first counts, and another one before the last of the old. */
const settleIntervals = 2;

const staleIntervals = 3;

/** So many intervals after a step settled its first counts must be there; until then they are only late. */
const firstCountsIntervals = settleIntervals + 2;

/** What is known from a guard's own source. Plain JSON. */
export interface SourceMemory {
  /** How fine the counts are; fixed by the first ones. */
  readonly tier: Tier | null;
  /** Judges what may act. */
  readonly acting: JudgeState | null;
  /** Errors of tier `total`: judges by the policy's own tolerance, and may only hold. */
  readonly advisory: JudgeState | null;
  /** Until when counts were taken in, epoch milliseconds: no moment counts twice. */
  readonly countedUntil: number | null;
  /** What the newest observation lacked; null when it was good. */
  readonly doubt: Doubt | null;
}

export const freshSource: SourceMemory = {
  tier: null,
  acting: null,
  advisory: null,
  countedUntil: null,
  doubt: null,
};

/** A guard with a source of its own, and what its evidence must amount to. */
export interface SourceCase {
  readonly guard: SourcedGuard;
  readonly evidence: EvidencePolicy;
  readonly step: JudgeStep;
  /** When the attempt began: what happened before is another's. */
  readonly startedAt: number;
  /** When every instance ran the step's route, epoch milliseconds; null while not all do. */
  readonly settledAt: number | null;
}

/** The memory after an observation. Throws what the judge throws. */
export function observeSource(
  memory: SourceMemory,
  source: SourceCase,
  observation: MetricObservation,
): SourceMemory {
  const { reading } = observation;
  const doubt = doubtIn(memory, source, observation);
  if (doubt !== null || reading.kind !== 'counts') return { ...memory, doubt };
  if (observation.from < (memory.countedUntil ?? source.startedAt)) return memory;
  const { tier } = reading;
  const tick = tickOf(source, observation, reading);
  const advance = (state: JudgeState | null, config: JudgeConfig): JudgeState =>
    observeTick(state ?? beginJudge(config), config, tick, source.step);
  return {
    tier,
    acting: advance(memory.acting, actingConfig(source, tier)),
    advisory:
      tier === 'total' && mayAct(source.guard, tier)
        ? advance(memory.advisory, configOf(source, tier))
        : null,
    countedUntil: observation.at,
    doubt: null,
  };
}

function doubtIn(
  memory: SourceMemory,
  { guard }: SourceCase,
  { at, reading }: MetricObservation,
): Doubt | null {
  if (reading.kind === 'doubt') return reading;
  const age = at - reading.newestAt;
  if (age > staleIntervals * guard.source.intervalMs) {
    const reason = `the newest sample was ${Math.floor(age / 1000)} s old`;
    return { kind: 'doubt', verdict: 'noData', reason };
  }
  if (reading.kind !== 'counts' || memory.tier === null || memory.tier === reading.tier)
    return null;
  const words = reading.tier === 'total' ? 'lost the label' : 'have got a label';
  const reason = `the series ${words} \`bucket\` in the middle of the rollout`;
  return { kind: 'doubt', verdict: 'providerError', reason };
}

/**
 * Counts are of the step when their whole window lies after its settle time. Until then they still
 * tell harm, since the judge looks for it in all evidence since the first exposure.
 */
function tickOf(
  { guard, step, settledAt }: SourceCase,
  { from, at }: MetricObservation,
  { units, latency = [] }: CountsReading,
): EvidenceTick {
  const isOfStep =
    settledAt !== null && from >= settledAt + settleIntervals * guard.source.intervalMs;
  const revision = isOfStep ? (step.sinceRevision ?? 0) : 0;
  return { at, revision, seconds: (at - from) / 1000, units, latency, comparisons: [] };
}

/** The verdict of a guard with a source of its own at `now`, epoch milliseconds. */
export function measureSource(memory: SourceMemory, source: SourceCase, now: number): Measurement {
  const { tier, acting, advisory, doubt } = memory;
  const { guard, step } = source;
  if (tier === null || acting === null) {
    const words =
      'otlp' in guard.source
        ? 'no metrics have been sent yet'
        : `${guard.source.provider} has not answered yet`;
    return unmeasured(guard.name, 'compare', doubt ?? { verdict: 'noData', reason: words });
  }
  const acts = measured(acting, actingConfig(source, tier), step, now);
  if (acts.verdict === 'fail' && mayAct(guard, tier)) return acts;
  const seen = advisory === null ? acts : measured(advisory, configOf(source, tier), step, now);
  if (seen.verdict === 'fail') {
    const words = 'totals cannot tell one bad unit from little harm to all, so this only holds';
    return { ...seen, advisory: true, reason: `${seen.reason}; ${words}` };
  }
  if (doubt !== null) return { ...seen, verdict: doubt.verdict, reason: doubt.reason };
  if (seen.verdict !== 'noData' || !isFirst(source, now)) return seen;
  return { ...seen, verdict: 'inconclusive', reason: `first counts of this step: ${seen.reason}` };
}

/** Buckets of a histogram are coarse: on totals a slowdown has no size beyond which nobody could doubt it. */
function mayAct({ compare }: SourcedGuard, tier: Tier): boolean {
  return tier !== 'total' || compare === 'errors';
}

/** Whether the settle time keeps the step's first counts away, which is no loss of data. */
function isFirst({ guard, settledAt }: SourceCase, now: number): boolean {
  return settledAt !== null && now <= settledAt + firstCountsIntervals * guard.source.intervalMs;
}

function measured(
  state: JudgeState,
  config: JudgeConfig,
  step: JudgeStep,
  now: number,
): Measurement {
  const [only] = measureGuards(state, config, step, now);
  if (only === undefined) throw new RangeError('the judge of one guard measured none');
  return only;
}

function configOf({ guard, evidence }: SourceCase, tier: Tier): JudgeConfig {
  return { guards: [guard], evidence, source: { tier, intervalMs: guard.source.intervalMs } };
}

function actingConfig(source: SourceCase, tier: Tier): JudgeConfig {
  const { guard } = source;
  if (tier !== 'total' || guard.compare !== 'errors') return configOf(source, tier);
  const { ratio, add } = guard.tolerate;
  const tolerate = { ratio: 1 + (ratio - 1) * totalsFactor, add: add * totalsFactor };
  return configOf({ ...source, guard: { ...guard, tolerate } }, tier);
}
