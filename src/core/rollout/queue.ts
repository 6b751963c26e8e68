import { isInTheWay, obstacleWords, type Standing } from '../conflict/obstacle.ts';
import { type Obstacle, sharedWords } from '../conflict/shared.ts';
import type { RolloutView } from '../protocol/rollout-view.ts';
import { span } from '../span.ts';
import type { Context } from './context.ts';
import type { HoldCode } from './hold-code.ts';
import type { Command } from './observations.ts';
import { machine, type Move } from './move.ts';
import { because, type Weighed } from './weighed.ts';

/** The hold of a rollout that waits for the end of others. */
export const queueHold = 'queued';

/** The hold of one that waits for a person, because another of those went back. */
const failedHold = 'queuedBehindFailure';

/** What keeps a rollout in the queue. */
interface Waiting {
  readonly code: HoldCode;
  readonly reason: string;
}

/** Whether it must wait for others before it begins. */
export function isQueued(context: Context): boolean {
  return waiting(context) !== null;
}

/** Recorded when the waiting begins, or changes its kind. */
export function queueMove(context: Context): Move | null {
  const kept = waiting(context);
  if (kept === null || context.rollout.hold?.code === kept.code) return null;
  const hold = { ...kept, since: context.now };
  return { action: 'hold', by: machine, reason: kept.reason, patch: { hold } };
}

/** A person lets begin what waits behind a failure; for those under way even a person waits. */
export function weighBeginAnyway(context: Context, command: Command): Weighed {
  const { queued } = context.rollout;
  const kept = waiting(context);
  if (queued === undefined || kept === null) {
    return { refused: 'it begins by itself; there is nothing to resume' };
  }
  if (kept.code === queueHold) return { refused: `${kept.reason}; it begins by itself after that` };
  const reason = because(command, 'it begins all the same');
  const patch = { queued: { ...queued, anyway: true as const }, hold: null };
  return { move: { action: 'resume', by: command.by, reason, patch } };
}

/** `after 2h 5m in the queue, `; nothing for who never stood in it. */
export function waitedWords({ rollout, now }: Context): string {
  const since = rollout.queued?.since;
  return since === undefined ? '' : `after ${span(now - since)} in the queue, `;
}

/** For whom it waits, one by one; nothing where it waits for nobody. */
export function aheadView({ rollout, observations }: Context): Pick<RolloutView, 'ahead'> {
  const ahead = (rollout.queued?.behind ?? []).flatMap((obstacle) => {
    const standing = observations.ahead?.find((one) => one.rollout === obstacle.rollout);
    if (standing === undefined || !isInTheWay(obstacle, standing)) return [];
    const { phase, step, endsAt } = standing;
    const { policy, shared, rollout: id } = obstacle;
    return [{ rollout: id, policy, phase, step, shares: sharedWords(shared), endsAt }];
  });
  return rollout.phase === 'pending' && ahead.length > 0 ? { ahead } : {};
}

/** What it waits for, as people are told; null when for nothing. */
export function waiting(context: Context): Waiting | null {
  const { rollout, policy, now, observations } = context;
  if (rollout.phase !== 'pending' || rollout.queued === undefined) return null;
  if (observations.ahead === undefined) {
    return { code: queueHold, reason: 'where those before it are is not known' };
  }
  const behind = rollout.queued.behind.map((obstacle) => ({
    obstacle,
    standing: observations.ahead?.find((one) => one.rollout === obstacle.rollout),
  }));
  const living = behind.flatMap(({ obstacle, standing }) =>
    standing !== undefined && isInTheWay(obstacle, standing) ? [{ obstacle, standing }] : [],
  );
  if (living.length > 0) {
    const words = living.map(({ obstacle, standing }) => obstacleWords(obstacle, standing, now));
    return { code: queueHold, reason: words.join('; ') };
  }
  if (policy.onConflict !== 'queueForSuccess' || rollout.queued.anyway === true) return null;
  const failed = behind.find(({ standing }) => hasGoneBack(standing));
  return failed === undefined ? null : { code: failedHold, reason: failedWords(failed.obstacle) };
}

function hasGoneBack(standing: Standing | undefined): boolean {
  return standing?.phase === 'rolled_back' || standing?.phase === 'aborted';
}

function failedWords({ policy, rollout }: Obstacle): string {
  return `${rollout} of ${policy}, for which it waited, went back, and the policy begins after a success alone`;
}
