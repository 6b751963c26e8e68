import { answerHarm } from './answered-harm.ts';
import type { Context } from './context.ts';
import { noWayBack } from './no-return.ts';
import type { Move } from './move.ts';
import type { Command } from './observations.ts';
import { fromTheStart } from './rollback-moves.ts';
import { because, type Weighed } from './weighed.ts';
import { phaseWords } from './phase.ts';

/** Nothing moves any more, not even back, until a person lifts it. */
export function weighFreeze({ rollout, now }: Context, command: Command): Weighed {
  const { phase } = rollout;
  if (phase === 'rolling_back') {
    return { refused: 'a rollback is under way; it is not stopped halfway' };
  }
  if (phase !== 'running' && phase !== 'paused') {
    return {
      refused: `only what runs or is paused can be frozen; this rollout is ${phaseWords(phase)}`,
    };
  }
  const reason = because(command, 'asked for');
  const stop = { reason, by: command.by, at: now };
  return { move: { action: 'freeze', by: command.by, reason, patch: { stop, hold: null } } };
}

/** What was frozen is paused, or goes on with the rollback in which it froze. */
export function weighUnfreeze(context: Context, command: Command): Weighed {
  const { rollout, now } = context;
  if (rollout.phase !== 'frozen') {
    return {
      refused: `only a frozen rollout can be unfrozen; this one is ${phaseWords(rollout.phase)}`,
    };
  }
  if (rollout.rollback === null) return { move: unfreezeMove(context, command) };
  // Everybody is on the old side already; the only way from here is to the end of the rollback.
  const rollback = fromTheStart(rollout.rollback, now);
  const reason = because(command, 'asked for');
  return { move: { action: 'rollback', by: command.by, reason, patch: { stop: null, rollback } } };
}

/**
 * Past the point of no return the only way is on, so that what made it freeze is answered by going on. Before it
 * the way back is open, and harm that was found meanwhile takes it.
 */
function unfreezeMove(context: Context, command: Command): Move {
  const { observations, now } = context;
  const hasWayBack = noWayBack(context) === null;
  const answeredHarm = hasWayBack ? [] : answerHarm(context);
  const guards = answeredHarm.map(({ measurement }) => measurement.guard).join(', ');
  const said = because(command, 'asked for');
  const stop = { reason: 'no longer frozen; look, then resume', by: command.by, at: now };
  const borders = observations.noReturn === undefined ? {} : { noReturnAnsweredAt: now };
  const answers = hasWayBack ? {} : { answeredHarm, alertsAnsweredAt: now, ...borders };
  return {
    action: 'unfreeze',
    by: command.by,
    reason: guards === '' ? said : `${said}; from now on only fresh evidence counts: ${guards}`,
    patch: { stop, ...answers },
  };
}
