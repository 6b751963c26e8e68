import type { JobState } from '../schema-migration/job.ts';
import { stepName } from '../policy/step.ts';
import type { Context } from './context.ts';
import { failures } from './harm.ts';
import { everyInstanceRuns, stillDraining } from './arrival.ts';
import { jobFor, observedJob, quarantinedRows, stillWorking } from './jobs.ts';
import { machine, type Move } from './move.ts';
import { noWayBack } from './no-return.ts';
import { personsEdit } from './persons-edit.ts';
import { rollbackMoment } from './progress.ts';
import type { Rollback } from './rollout.ts';
import { currentStep } from './current-step.ts';
import { killRoute, nextWanted, servesOldOnly } from './wanted-route.ts';

/** How long a stage of rolling back may take before the wait is recorded. Milliseconds. */
const graceMs = 5_000;

/** Back to the old side; or, past the point of no return, nothing moves any more. */
export function rollbackMove(context: Context, by: string, cause: string): Move {
  const { rollout, now } = context;
  const stuck = noWayBack(context);
  if (stuck !== null) return freezeMove(context, by, `${cause}; ${stuck}`);
  return {
    action: 'rollback',
    by,
    reason: `at ${stepName(currentStep(context))}: ${cause}`,
    patch: {
      route: nextWanted(rollout.route, killRoute(rollout.route.spec)),
      hold: null,
      stop: null,
      quarantined: [],
      rollback: {
        cause,
        by,
        requestedAt: now,
        ...harmMoment(context),
        flagSetAt: null,
        revision: null,
        convergedAt: null,
        drainedAt: null,
        verifiedAt: null,
      },
    },
  };
}

function harmMoment(context: Context): { readonly harmAt?: number } {
  const seen = failures(context).flatMap(({ measurement: { newestAt } }) => newestAt ?? []);
  return seen.length === 0 ? {} : { harmAt: Math.max(...seen) };
}

function freezeMove(context: Context, by: string, reason: string): Move {
  return { action: 'freeze', by, reason, patch: { stop: { reason, by, at: context.now } } };
}

/** The next move of a rollback under way, or null while it simply goes on. */
export function rollingBackMove(context: Context): Move | null {
  const { rollout, now } = context;
  const { rollback } = rollout;
  if (rollback === null) return null;
  // Looked at first: what was verified before somebody exposed units again is verified no more.
  const raised = raisedAgain(context);
  if (raised !== null) return raised;
  if (rollback.verifiedAt !== null) {
    return {
      action: rollback.end === 'aborted' ? 'abort' : 'rollback',
      by: machine,
      reason: arrivedReason(context),
      patch: { hold: null, endedAt: now },
    };
  }
  return unverifiableMove(context) ?? slowMove(context);
}

/** Everybody is back, but whether both shapes agree is not so, or cannot be told. */
function unverifiableMove(context: Context): Move | null {
  const parity = lastParity(context);
  const doubt = parity === undefined ? null : doubtOf(parity);
  if (doubt === null) return null;
  const reason = `everybody is on the old side, but ${doubt}; mend it, then resume the rollback`;
  const stop = { reason, by: machine, at: context.now };
  return { action: 'freeze', by: machine, reason, patch: { stop } };
}

function lastParity(context: Context): JobState | undefined {
  const { policy, rollout } = context;
  return observedJob(context, jobFor(policy, rollout, 'verify', rollbackMoment(rollout)));
}

function doubtOf({ status, differences, reason }: JobState): string | null {
  if (status === 'failed') return `parity cannot be checked: ${reason ?? 'no reason given'}`;
  if (differences === null || differences === 0) return null;
  return `${differences} rows differ between the shapes`;
}

/** The same rollback, asked for once more: every stage must be reached anew. */
export function fromTheStart(rollback: Rollback, now: number): Rollback {
  return {
    ...rollback,
    requestedAt: now,
    flagSetAt: null,
    revision: null,
    convergedAt: null,
    drainedAt: null,
    verifiedAt: null,
  };
}

/** A person exposed units again while everybody was being brought back: said, and set back once more. */
function raisedAgain(context: Context): Move | null {
  const { rollout, observations, now } = context;
  const flag = personsEdit(observations.flag, rollout.overrideRevision ?? 0);
  if (flag === null || servesOldOnly(flag.route)) return null;
  const reason = `${flag.changedBy} changed the flag during the rollback; it is set back again`;
  return {
    action: 'hold',
    by: machine,
    reason,
    patch: {
      hold: { code: 'edited', reason, since: now },
      overrideRevision: flag.route.revision,
      route: nextWanted(rollout.route, rollout.route.spec),
      rollback: rollout.rollback === null ? null : fromTheStart(rollout.rollback, now),
    },
  };
}

function slowMove(context: Context): Move | null {
  const { rollout, observations, now } = context;
  const rollback = rollout.rollback;
  if (rollback === null || now - rollback.requestedAt <= graceMs || rollout.hold !== null)
    return null;
  const reason = rollbackWaits(context, rollback);
  if (reason === null) return null;
  const details =
    observations.targetError === null ? reason : `${reason}; target: ${observations.targetError}`;
  return {
    action: 'hold',
    by: machine,
    reason: details,
    patch: { hold: { code: 'rollback', reason: details, since: now } },
  };
}

/** For whom or what a rollback waits, in words; null where it only has to be verified yet. */
export function rollbackWaits({ observations, now }: Context, rollback: Rollback): string | null {
  const { instances, jobs } = observations;
  const { flagSetAt, convergedAt, drainedAt, revision } = rollback;
  if (flagSetAt === null) return 'rollback: the flag does not show the old side yet';
  if (convergedAt === null) {
    const arrival = everyInstanceRuns(instances, revision ?? 0, now);
    return arrival.arrived ? null : `rollback has not arrived: ${arrival.waiting.join(', ')}`;
  }
  if (drainedAt !== null) return null;
  const left = [...stillDraining(instances, now), ...stillWorking(jobs)];
  return left.length === 0 ? null : `rollback: ${left.join(', ')}`;
}

/** What the last look at parity has to say besides that nothing differs. */
function said(context: Context): string {
  const reason = lastParity(context)?.reason ?? null;
  return reason === null ? '' : `; ${reason}`;
}

function arrivedReason(context: Context): string {
  const { rollback } = context.rollout;
  if (rollback === null) return 'rolled back';
  const took = ((rollback.convergedAt ?? context.now) - rollback.requestedAt) / 1000;
  const rows = quarantinedRows(context);
  const kept = rows === 0 ? '' : `; ${rows} rows are kept in quarantine`;
  const { noReturn } = context.observations;
  const past =
    noReturn === undefined ? '' : `; written on the way back and kept for a retry: ${noReturn}`;
  return `arrived ${took.toFixed(1)} s after the decision, drained, verified${said(context)}${kept}${past}`;
}
