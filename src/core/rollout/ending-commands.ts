import type { Context } from './context.ts';
import { noWayBack } from './no-return.ts';
import type { Command } from './observations.ts';
import { rollbackMove } from './rollback-moves.ts';
import { because, type Weighed } from './weighed.ts';

/** Everybody back to the old side; what the new one needs is kept for a retry. */
export function weighRollback(context: Context, command: Command): Weighed {
  const refused = cannotGoBack(context);
  if (context.rollout.phase === 'pending') return endedBeforeItBegan(context, command);
  if (context.rollout.phase === 'rolling_back') {
    return { refused: 'a rollback is already under way' };
  }
  if (refused !== null) return { refused };
  return { move: rollbackMove(context, command.by, because(command, 'asked for')) };
}

/** As a rollback, and for good: nobody wants to try this attempt's shape again. */
export function weighAbort(context: Context, command: Command): Weighed {
  const { rollout } = context;
  if (rollout.phase === 'pending') return endedBeforeItBegan(context, command);
  const refused = cannotGoBack(context);
  if (refused !== null) return { refused };
  if (rollout.phase === 'rolling_back') return endAsAborted(context, command);
  const move = rollbackMove(context, command.by, because(command, 'abort asked for'));
  const { rollback } = move.patch;
  if (rollback === null || rollback === undefined) return { move };
  return { move: { ...move, patch: { ...move.patch, rollback: { ...rollback, end: 'aborted' } } } };
}

/** The rollback goes on as it is; only its end is another. */
function endAsAborted({ rollout, now }: Context, command: Command): Weighed {
  if (rollout.rollback === null || rollout.rollback.end === 'aborted') {
    return { refused: 'an abort is already under way' };
  }
  const reason = `the rollback under way ends as aborted: ${because(command, 'asked for')}`;
  const rollback = { ...rollout.rollback, end: 'aborted' } as const;
  const hold = rollout.hold ?? { code: 'rollback', reason, since: now };
  return { move: { action: 'hold', by: command.by, reason, patch: { rollback, hold } } };
}

/** Why not even a person can send everybody back; null when they can. */
function cannotGoBack(context: Context): string | null {
  const { rollout } = context;
  const stuck = noWayBack(context);
  if (stuck !== null && rollout.phase !== 'rolling_back') return stuck;
  if (rollout.phase !== 'frozen' || rollout.rollback === null) return null;
  return 'everybody is on the old side, and the rollout is frozen; resume lifts that';
}

function endedBeforeItBegan({ now }: Context, command: Command): Weighed {
  const reason = because(command, 'ended before it began');
  return { move: { action: 'abort', by: command.by, reason, patch: { endedAt: now } } };
}
