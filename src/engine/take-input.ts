import { mergeEvidence } from '../core/judge/evidence-tick.ts';
import { freshMetrics, unseenSince } from '../core/metrics/judge-metrics.ts';
import type { Policy } from '../core/policy/policy.ts';
import { silentAfterMs } from '../core/rollout/arrival.ts';
import { judgeStepOf } from '../core/rollout/judge-step-of.ts';
import type { JudgeMemory, TickInput } from '../core/rollout/judging.ts';
import type { Seen } from '../core/rollout/replay.ts';
import type { Rollout } from '../core/rollout/rollout.ts';
import type { Gathered, TargetObservation } from './ports/observation-store.ts';

/** What this tick gives the judge, from what was gathered since the one before. */
export function takeInput(
  policy: Policy,
  rollout: Rollout,
  gathered: Gathered,
  now: number,
): TickInput {
  const before = memoryOf(gathered);
  const newestAt = newestOf(gathered, before?.newestAt ?? null);
  const tickAt = before?.tickAt ?? null;
  const seconds = tickAt === null ? 0 : gapSeconds(now - tickAt);
  const batches = gathered.evidence
    .map((batch) => batch.evidence)
    .filter((batch) => batch.revision >= rollout.evidenceSince);
  const arrived = gathered.evidence.length > 0;
  return {
    now,
    step: judgeStepOf(policy, rollout),
    startedAt: rollout.startedAt,
    settledAt: rollout.step.settledAt,
    evidence: arrived ? mergeEvidence(batches, newestAt ?? now, seconds) : null,
    newestAt,
    health: healthOf(gathered.target),
    ...(gathered.target?.parity === undefined ? {} : { parity: gathered.target.parity }),
    metrics: [...(gathered.metrics ?? [])],
  };
}

/** What `decide` looks at besides the verdicts. */
export function seenIn(gathered: Gathered): Seen {
  const { flag, instances, target, commands, alerts = [], ahead } = gathered;
  return {
    flag,
    instances,
    ...seenOnTarget(target),
    commands,
    ...(alerts.length === 0 ? {} : { alerts }),
    ...(ahead === undefined ? {} : { ahead }),
  };
}

function seenOnTarget(
  target: TargetObservation | null,
): Pick<Seen, 'jobs' | 'routeRow' | 'targetError' | 'drift' | 'noReturn' | 'oldUse' | 'borders'> {
  if (target === null) return { jobs: [], routeRow: null, targetError: null };
  const { jobs, routeRow, error, drift, noReturn, oldUse, borders } = target;
  return {
    jobs,
    routeRow,
    targetError: error,
    ...(drift === undefined ? {} : { drift }),
    ...(noReturn === undefined ? {} : { noReturn }),
    ...(oldUse === undefined ? {} : { oldUse }),
    ...(borders === undefined ? {} : { borders }),
  };
}

/** The judge's memory as the last tick left it; null before the first. */
export function memoryOf(gathered: Gathered): JudgeMemory | null {
  return gathered.judge as JudgeMemory | null;
}

/** Since when this rollout has not seen what its metric queries found; empty without any. */
export function unseenMetrics(
  policy: Policy,
  rollout: Rollout,
  gathered: Gathered,
): ReadonlyMap<string, number> {
  const memory = memoryOf(gathered)?.metrics ?? freshMetrics;
  return unseenSince(policy, memory, rollout.startedAt);
}

/** Silence is no history: a gap counts for no more than the interval after which evidence is stale. */
function gapSeconds(ms: number): number {
  return Math.min(Math.max(0, ms), silentAfterMs) / 1000;
}

function newestOf(gathered: Gathered, before: number | null): number | null {
  const times = gathered.evidence
    .filter((batch) => batch.evidence.units.length > 0)
    .map((batch) => batch.receivedAt);
  return times.length === 0 ? before : Math.max(...times, before ?? 0);
}

function healthOf(target: TargetObservation | null): TickInput['health'] {
  if (target === null || target.health === null) return null;
  const { lockWaitMs, longestTransactionMs } = target.health;
  return { at: target.at, lock_wait: lockWaitMs, longest_transaction: longestTransactionMs };
}
