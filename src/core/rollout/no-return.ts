import { nearBorder, trackWords } from '../schema-migration/border-watch.ts';
import type { Context } from './context.ts';
import { machine, type Move } from './move.ts';
import type { Rollout } from './rollout.ts';

/** Why nobody may be brought back to the old side any more, in words; null while everybody may. */
export function noWayBack({ rollout, observations }: Context): string | null {
  if (rollout.step.gatePassedAt !== null) {
    return "contract's gate has passed, so a rollback would lose data";
  }
  const { noReturn } = observations;
  return noReturn === undefined ? null : `${noReturn}: a rollback would lose data`;
}

/**
 * A value has passed the border that the policy declares: nothing moves any more, until a person has
 * decided to go on without a way back, or the rows are mended.
 */
export function noReturnMove(context: Context): Move | null {
  const { rollout, observations, now } = context;
  const isAnswered = rollout.noReturnAnsweredAt !== undefined;
  if (observations.noReturn === undefined || isAnswered) return null;
  if (rollout.step.gatePassedAt !== null) return null;
  const reason = `past the point of no return: ${observations.noReturn}; a rollback would lose data`;
  return {
    action: 'freeze',
    by: machine,
    reason,
    patch: { stop: { reason, by: machine, at: now } },
  };
}

/** Behind the border again, everything is as before: who passes it anew is stopped anew. */
export function forgetReturn({ rollout, observations }: Context): Rollout {
  if (rollout.noReturnAnsweredAt === undefined) return rollout;
  if (observations.noReturn !== undefined || observations.targetError !== null) return rollout;
  const { noReturnAnsweredAt: _, ...rest } = rollout;
  return rest;
}

/** Notes a border that draws near, before contract, for people: nothing holds or moves for it. */
export function noteReturnNear({ rollout, observations, now }: Context): Rollout {
  const { returnNear, ...rest } = rollout;
  const near = nearBorder(observations.borders ?? [], now);
  if (near?.passesAt == null || rollout.step.gatePassedAt !== null) return rest;
  const { id, passesAt } = near;
  const since = returnNear?.id === id ? returnNear.since : now;
  return { ...rest, returnNear: { id, words: trackWords(near), passesAt, since } };
}
