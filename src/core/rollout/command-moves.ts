import type { Context } from './context.ts';
import { weighApprove } from './approve-command.ts';
import { weighDrill } from './drill-moves.ts';
import { weighDismiss } from './dismiss-command.ts';
import { weighAbort, weighRollback } from './ending-commands.ts';
import { weighFreeze, weighUnfreeze } from './freeze-commands.ts';
import type { Command, Verb } from './observations.ts';
import { weighOverride } from './override.ts';
import { personsEdit } from './persons-edit.ts';
import { isTerminal, phaseWords } from './phase.ts';
import { weighPromote } from './promote-command.ts';
import { currentStep } from './current-step.ts';
import { weighRebase } from './rebase-command.ts';
import { weighBeginAnyway } from './queue.ts';
import { enterStep, reenter } from './step-moves.ts';
import { nextWanted } from './wanted-route.ts';
import { because, type Weighed } from './weighed.ts';

/** The answer to a person: carried out, or refused with the reason. */
export interface CommandAnswer {
  readonly command: string;
  readonly accepted: boolean;
  readonly reason: string;
}

/** The verbs that make a rollout safer are obeyed first; the others wait their turn. */
const urgent: readonly Verb[] = ['rollback', 'abort', 'freeze', 'pause'];

/** The waiting command that is obeyed next: safety first, then as they came. */
export function mostUrgent(commands: readonly Command[]): Command | undefined {
  return [...commands].sort((a, b) => urgency(a) - urgency(b) || a.at - b.at)[0];
}

function urgency({ verb }: Command): number {
  const at = urgent.indexOf(verb);
  return at < 0 ? urgent.length : at;
}

type Weigh = (context: Context, command: Command) => Weighed;

const scales: Readonly<Record<Verb, Weigh>> = {
  rollback: weighRollback,
  abort: weighAbort,
  freeze: weighFreeze,
  unfreeze: weighUnfreeze,
  pause: weighPause,
  resume: weighResume,
  promote: weighPromote,
  override: weighOverride,
  dismiss: weighDismiss,
  approve: weighApprove,
  drill: weighDrill,
  rebase: weighRebase,
  complete: weighComplete,
};

export function weigh(context: Context, command: Command): Weighed {
  const { phase } = context.rollout;
  if (isTerminal(phase)) return { refused: `the rollout has ended: ${phaseWords(phase)}` };
  return scales[command.verb](context, command);
}

function weighPause(context: Context, command: Command): Weighed {
  if (context.rollout.phase !== 'running') {
    return {
      refused: `only a running rollout can be paused; this one is ${phaseWords(context.rollout.phase)}`,
    };
  }
  const reason = because(command, 'asked for');
  const stop = { reason, by: command.by, at: context.now };
  return { move: { action: 'pause', by: command.by, reason, patch: { stop, hold: null } } };
}

function weighResume(context: Context, command: Command): Weighed {
  const { rollout, now, observations } = context;
  if (rollout.phase === 'frozen') return weighUnfreeze(context, command);
  if (rollout.phase === 'pending') return weighBeginAnyway(context, command);
  if (rollout.phase !== 'paused') {
    return {
      refused: `only a paused rollout can be resumed; this one is ${phaseWords(rollout.phase)}`,
    };
  }
  const unseen = personsEdit(observations.flag, command.flagRevision);
  if (unseen !== null) {
    return { refused: `${unseen.changedBy} changed the flag after that; look at it, then resume` };
  }
  const reason = because(command, 'asked for');
  const patch = {
    stop: null,
    hold: null,
    step: reenter(rollout, now),
    route: nextWanted(rollout.route, rollout.route.spec, true),
    overrideRevision: observations.flag?.route.revision ?? rollout.overrideRevision,
  };
  return { move: { action: 'resume', by: command.by, reason, patch } };
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
