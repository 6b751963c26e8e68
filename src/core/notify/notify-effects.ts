import type { Policy } from '../policy/policy.ts';
import { stepName } from '../policy/step.ts';
import { currentStep } from '../rollout/current-step.ts';
import type { Effect } from '../rollout/effect.ts';
import { needsPerson } from '../rollout/hold-code.ts';
import { machine } from '../rollout/move.ts';
import type { Rollout } from '../rollout/rollout.ts';
import { whatLifts } from '../rollout/what-lifts.ts';
import { exposureOf } from '../rollout/wanted-route.ts';
import { windowHold } from '../rollout/window-gate.ts';
import { byExposure } from './attention.ts';
import { type Notice, recipientsOf } from './notice.ts';
import { type Decided, urgencyOf } from './urgency-of.ts';

/** A hold that the machine has not lifted for so long is somebody's business. Milliseconds. */
const overdueMs = 1_800_000;

/** The messages that a decision causes: one for each recipient, the same for all. */
export function notifyEffects(decided: Decided): readonly Effect[] {
  const { policy, before, after, decision } = decided;
  const urgency = urgencyOf(decided);
  if (urgency === null) return [];
  const { action, from, step, reason, by, at } = decision;
  const isArrival = from === 'rolling_back' && after.endedAt !== null;
  return toAll(policy, {
    // No two decisions of a rollout share moment, step and action.
    id: `${after.id}_${at}_${before.step.index}_${action}`,
    ...subjectOf(policy, after),
    urgency,
    action,
    from,
    step,
    reason,
    by,
    at,
    share: exposureOf(before.route.spec),
    since: isArrival ? (after.rollback?.requestedAt ?? null) : null,
  });
}

/**
 * The messages that a hold causes by lasting: asked for in each tick from then on, and one and the same, since
 * the id is that of the hold. A hold that waits for a person was told when it began; a window opens by itself.
 */
export function overdueEffects(policy: Policy, rollout: Rollout, now: number): readonly Effect[] {
  const { hold, phase } = rollout;
  if (phase !== 'running' || hold === null || now - hold.since < overdueMs) return [];
  if (hold.code === windowHold || needsPerson(hold.code)) return [];
  return toAll(policy, {
    id: `${rollout.id}_${hold.since}_overdue`,
    ...subjectOf(policy, rollout),
    urgency: byExposure(rollout),
    action: 'hold',
    from: phase,
    step: stepName(currentStep({ policy, rollout })),
    reason: `for ${overdueMs / 60_000} minutes: ${hold.reason}`,
    by: machine,
    at: hold.since + overdueMs,
    share: exposureOf(rollout.route.spec),
    since: hold.since,
  });
}

/**
 * The messages that a point of no return by value causes by drawing near: the same in each tick, as above. It
 * is told once for each border, however often it is near again.
 */
export function nearReturnEffects(policy: Policy, rollout: Rollout): readonly Effect[] {
  const { returnNear, phase } = rollout;
  if (phase !== 'running' || returnNear === undefined) return [];
  const { id, words, passesAt, since } = returnNear;
  const days = Math.max(0, (passesAt - since) / 86_400_000).toFixed(1);
  return toAll(policy, {
    id: `${rollout.id}_${id}_near`,
    ...subjectOf(policy, rollout),
    urgency: 'ticket',
    action: 'noReturn',
    from: phase,
    step: stepName(currentStep({ policy, rollout })),
    reason: `${words}; at this pace a rollback loses data in ${days} days`,
    by: machine,
    at: since,
    share: exposureOf(rollout.route.spec),
    since,
  });
}

/** What all of them say of the rollout. */
function subjectOf(policy: Policy, rollout: Rollout) {
  const { name, project } = policy;
  const { id, attempt, phase } = rollout;
  return { policy: name, project, rollout: id, attempt, to: phase, waitsFor: whatLifts(rollout) };
}

function toAll({ notify }: Policy, notice: Notice): readonly Effect[] {
  if (notify === undefined) return [];
  return recipientsOf(notify, notice.urgency).map((recipient) => ({
    kind: 'notify',
    recipient,
    notice,
  }));
}
