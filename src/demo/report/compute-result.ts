import type { DecisionView, RolloutView } from '../control-plane/views.ts';
import type { LoadFigures } from '../load/load-figures.ts';
import type { LostWrite } from '../target/lost-writes.ts';
import type { ServiceFigures } from '../users-service/service-record.ts';
import type { ScenarioResult } from './scenario-result.ts';
import { holdTimes, rollbackDecision, stepTimes } from './timeline.ts';
import type { SinceStart } from './timeline.ts';

/** All that a scenario's figures are computed from. Times are epoch milliseconds. */
export interface Evidence {
  readonly scenario: string;
  readonly startedAt: number;
  readonly endedAt: number;
  /** How the rollout stood at the end; `phase` may be one that has not ended. */
  readonly rollout: RolloutView;
  readonly decisions: readonly DecisionView[];
  readonly services: readonly ServiceFigures[];
  readonly load: LoadFigures;
  readonly lost: readonly LostWrite[];
  readonly kills: number;
}

/** Everything but the duration, which is known only when all processes have ended. */
export function computeResult(evidence: Evidence): Omit<ScenarioResult, 'durationMs'> {
  const { startedAt, endedAt, rollout, decisions, services, load } = evidence;
  const sinceStart: SinceStart = (at) => Math.round(at - startedAt);
  const faultAt = earliest(services.map(({ firstFaultAt }) => firstFaultAt));
  const rollback = rollbackDecision(decisions);
  const detectedAt = rollback?.at ?? null;
  const arrivedAt = detectedAt === null ? null : lastOnNewSide(services);
  return {
    scenario: evidence.scenario,
    outcome: outcomeOf(rollout),
    steps: stepTimes(decisions, endedAt, sinceStart),
    exposurePeakPercent: rollout.exposure.peak,
    faultAtMs: orNull(faultAt, sinceStart),
    detectedAtMs: orNull(detectedAt, sinceStart),
    decidedBy: rollback === undefined ? null : decider(rollback),
    rollbackArrivedAtMs: orNull(arrivedAt, sinceStart),
    requests: load.requests,
    requestsFailed: load.failed,
    newReadsFailed: services.reduce((sum, { newReadsFailed }) => sum + newReadsFailed, 0),
    writesAcknowledged: load.writes.length,
    writesOnNewSide: writesOnNewSide(load, detectedAt),
    writesLost: new Set(evidence.lost.map(({ id }) => id)).size,
    holds: holdTimes(decisions, endedAt, sinceStart),
    kills: evidence.kills,
    falseRollback: detectedAt !== null && (faultAt === null || detectedAt < faultAt),
  };
}

/** The reason names the guard that came first; others may have failed in the same tick. */
function decider({ guards, reason }: DecisionView): ScenarioResult['decidedBy'] {
  const failed = guards.filter(({ verdict }) => verdict === 'fail');
  const first = failed.find(({ guard }) => reason.includes(`: ${guard}: `));
  return { guard: first?.guard ?? null, reason };
}

function outcomeOf({ phase }: RolloutView): string {
  return phase === 'running' || phase === 'rolling_back' ? 'timeout' : phase;
}

/**
 * The last moment at which the new side answered a request. Where it never answered one, as when a
 * rollback comes before any exposure, the last moment at which it was read for comparison.
 */
function lastOnNewSide(services: readonly ServiceFigures[]): number | null {
  return (
    latest(services.map(({ lastServedByNewAt }) => lastServedByNewAt)) ??
    latest(services.map(({ lastUsedNewAt }) => lastUsedNewAt))
  );
}

function writesOnNewSide({ writes }: LoadFigures, detectedAt: number | null): number {
  return writes.filter(
    ({ side, at }) => side === 'new' && (detectedAt === null || at <= detectedAt),
  ).length;
}

function known(times: readonly (number | null)[]): readonly number[] {
  return times.filter((time) => time !== null);
}

function earliest(times: readonly (number | null)[]): number | null {
  const all = known(times);
  return all.length === 0 ? null : Math.min(...all);
}

function latest(times: readonly (number | null)[]): number | null {
  const all = known(times);
  return all.length === 0 ? null : Math.max(...all);
}

function orNull(at: number | null, sinceStart: SinceStart): number | null {
  return at === null ? null : sinceStart(at);
}
