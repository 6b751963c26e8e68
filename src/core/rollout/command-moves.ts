import { answerHarm } from './answered-harm.ts';
import type { Context } from './context.ts';
import type { Command, Verb } from './observations.ts';
import type { Move } from './move.ts';
import { noWayBack } from './no-return.ts';
import { fromTheStart, rollbackMove } from './rollback-moves.ts';
import { currentStep } from './step-gate.ts';
import { enterStep, reenter } from './step-moves.ts';
import { personsEdit } from './persons-edit.ts';
import { isTerminal } from './phase.ts';
import { nextWanted } from './wanted-route.ts';

/** The answer to a person: carried out, or refused with the reason. */
export interface CommandAnswer {
  readonly command: string;
  readonly accepted: boolean;
  readonly reason: string;
}

/** A command, weighed: the move it leads to, or why it is refused. */
export type Weighed = { readonly move: Move } | { readonly refused: string };

/** The order in which waiting commands are obeyed: safety first, then as they came. */
const urgency: readonly Verb[] = ['rollback', 'pause', 'resume', 'complete'];

export function mostUrgent(commands: readonly Command[]): Command | undefined {
  return [...commands].sort(
    (a, b) => urgency.indexOf(a.verb) - urgency.indexOf(b.verb) || a.at - b.at,
  )[0];
}

export function weigh(context: Context, command: Command): Weighed {
  const { phase } = context.rollout;
  if (isTerminal(phase)) return { refused: `the rollout has ended: ${phase}` };
  switch (command.verb) {
    case 'rollback':
      return weighRollback(context, command);
    case 'pause':
      return weighPause(context, command);
    case 'resume':
      return weighResume(context, command);
    case 'complete':
      return weighComplete(context, command);
  }
}

function weighRollback(context: Context, command: Command): Weighed {
  const { rollout, now } = context;
  if (rollout.phase === 'pending') {
    const reason = because(command, 'ended before it began');
    return { move: { action: 'abort', by: command.by, reason, patch: { endedAt: now } } };
  }
  if (rollout.phase === 'rolling_back') return { refused: 'a rollback is already under way' };
  if (rollout.phase === 'frozen') return { refused: 'the rollout is frozen; resume lifts that' };
  const stuck = noWayBack(context);
  if (stuck !== null) return { refused: stuck };
  return { move: rollbackMove(context, command.by, because(command, 'asked for')) };
}

function weighPause(context: Context, command: Command): Weighed {
  if (context.rollout.phase !== 'running') {
    return {
      refused: `only a running rollout can be paused; this one is ${context.rollout.phase}`,
    };
  }
  const reason = because(command, 'asked for');
  const stop = { reason, by: command.by, at: context.now };
  return { move: { action: 'pause', by: command.by, reason, patch: { stop, hold: null } } };
}

function weighResume(context: Context, command: Command): Weighed {
  const { rollout, now, observations } = context;
  const reason = because(command, 'asked for');
  if (rollout.phase === 'frozen' && rollout.rollback !== null) {
    // Everybody is on the old side already; the only way from here is to the end of the rollback.
    const rollback = fromTheStart(rollout.rollback, now);
    return {
      move: { action: 'rollback', by: command.by, reason, patch: { stop: null, rollback } },
    };
  }
  if (rollout.phase === 'frozen') return { move: unfreezeMove(context, command) };
  if (rollout.phase !== 'paused') {
    return { refused: `only a paused rollout can be resumed; this one is ${rollout.phase}` };
  }
  const unseen = personsEdit(observations.flag, command.flagRevision);
  if (unseen !== null) {
    return { refused: `${unseen.changedBy} changed the flag after that; look at it, then resume` };
  }
  const patch = {
    stop: null,
    hold: null,
    step: reenter(rollout, now),
    route: nextWanted(rollout.route, rollout.route.spec, true),
    overrideRevision: observations.flag?.route.revision ?? rollout.overrideRevision,
  };
  return { move: { action: 'resume', by: command.by, reason, patch } };
}

/** Past the point of no return the only way is on; what made it stop is answered by that. */
function unfreezeMove(context: Context, command: Command): Move {
  const answeredHarm = answerHarm(context);
  const guards = answeredHarm.map(({ measurement }) => measurement.guard).join(', ');
  const said = because(command, 'asked for');
  const stop = { reason: 'no longer frozen; look, then resume', by: command.by, at: context.now };
  return {
    action: 'unfreeze',
    by: command.by,
    reason: guards === '' ? said : `${said}; from now on only fresh evidence counts: ${guards}`,
    patch: {
      stop,
      answeredHarm,
      alertsAnsweredAt: context.now,
      ...(context.observations.noReturn === undefined ? {} : { noReturnAnsweredAt: context.now }),
    },
  };
}

function weighComplete(context: Context, command: Command): Weighed {
  const { rollout, now } = context;
  const here = currentStep(context);
  if (rollout.phase !== 'running' || here.kind !== 'contract') {
    return { refused: 'complete confirms the contract step; the rollout is not there' };
  }
  if (here.approve === 'none' || rollout.step.gatePassedAt !== null) {
    return { refused: 'nothing is left to confirm: contract goes on by itself' };
  }
  if (rollout.confirmedBy !== null)
    return { refused: `already confirmed by ${rollout.confirmedBy}` };
  const reason = because(command, 'contract confirmed');
  const step = enterStep(rollout.step.index, now);
  return {
    move: {
      action: 'advance',
      by: command.by,
      reason,
      patch: { confirmedBy: command.by, step: { ...step, settledAt: rollout.step.settledAt } },
    },
  };
}

function because(command: Command, otherwise: string): string {
  return command.reason === null || command.reason === '' ? otherwise : command.reason;
}
