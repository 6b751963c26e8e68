import { approvedWords } from './approval-gate.ts';
import type { Context } from './context.ts';
import { bakesSince } from './evidence-gate.ts';
import { drillMove, dueDrillMove } from './drill-moves.ts';
import type { Gate } from './gate.ts';
import { machine, type Move } from './move.ts';
import { personsEdit } from './persons-edit.ts';
import { releaseMove } from './quarantine-moves.ts';
import { retreatMove } from './retreat-move.ts';
import { rollbackMove } from './rollback-moves.ts';
import { standingGate } from './standing-gate.ts';
import { currentStep } from './current-step.ts';
import { exitGate } from './step-gate.ts';
import { advanceMove, completeMove, openContractMove } from './step-moves.ts';
import { windowGate, windowHold } from './window-gate.ts';

/** A person changed the flag: the automation stops and shows who did it. */
export function overrideMove(context: Context): Move | null {
  const { rollout, observations, now } = context;
  const flag = personsEdit(observations.flag, rollout.overrideRevision ?? 0);
  if (flag === null) return null;
  const what = flag.route.enabled ? 'changed the flag' : 'switched the flag off';
  const reason = `${flag.changedBy} ${what}; people outrank the machine until resume or rollback`;
  const overrideRevision = flag.route.revision;
  const stop = { reason, by: flag.changedBy, at: now };
  return {
    action: 'pause',
    by: flag.changedBy,
    reason,
    patch: { stop, hold: null, overrideRevision },
  };
}

/** The ordinary course of a running rollout. */
export function runningMove(context: Context): Move | null {
  const retreat = retreatMove(context);
  if (retreat !== null) return retreat;
  const drill = drillMove(context);
  if (drill !== null) return drill;
  const standing = standingGate(context);
  if (standing !== null) return gateMove(context, standing);
  return releaseMove(context) ?? dueDrillMove(context) ?? gateMove(context, exitGate(context));
}

function gateMove(context: Context, gate: Gate): Move | null {
  switch (gate.kind) {
    case 'passed':
      return passMove(context, gate.reason);
    case 'waiting':
      return liftMove(context, gate.reason) ?? extendMove(context, gate.reason);
    case 'hold':
      return holdMove(context, gate);
    case 'stuck':
      return stuckMove(context, gate.reason);
    case 'harm':
      return rollbackMove(context, machine, gate.reason);
  }
}

function passMove(context: Context, reason: string): Move | null {
  const { rollout, now } = context;
  if (currentStep(context).kind === 'contract') {
    const open = rollout.step.gatePassedAt !== null;
    return open ? completeMove(now, reason) : openContractMove(context, reason);
  }
  return advanceMove(context, `${reason}${approvedWords(context)}`);
}

/** A hold is recorded when it begins or changes its kind, not each time its wording does. */
function holdMove(context: Context, gate: Extract<Gate, { kind: 'hold' }>): Move | null {
  const { code, reason, alert } = gate;
  if (context.rollout.hold?.code === code) return null;
  const hold = { code, reason, since: context.now };
  const cause = alert === undefined ? {} : { alert };
  return { action: 'hold', by: machine, reason, patch: { hold }, ...cause };
}

function liftMove(context: Context, reason: string): Move | null {
  const { hold } = context.rollout;
  if (hold === null || (hold.code === windowHold && windowGate(context) !== null)) return null;
  const waited = Math.round((context.now - hold.since) / 1000);
  const words = `after ${waited} s of hold (${hold.code}): ${reason}`;
  return { action: 'resume', by: machine, reason: words, patch: { hold: null } };
}

/** The bake is over and the evidence is not: the step goes on, and that is said once. */
function extendMove(context: Context, reason: string): Move | null {
  const { rollout, now } = context;
  const step = currentStep(context);
  if (!('bakeMs' in step) || rollout.step.extended || rollout.step.settledAt === null) return null;
  if (now < bakesSince(rollout.step, rollout.step.settledAt) + step.bakeMs) return null;
  const patch = { step: { ...rollout.step, extended: true } };
  return {
    action: 'extend',
    by: machine,
    reason: `bake is over, evidence is not: ${reason}`,
    patch,
  };
}

function stuckMove(context: Context, reason: string): Move {
  const stop = { reason, by: machine, at: context.now };
  return { action: 'pause', by: machine, reason, patch: { stop, hold: null } };
}
