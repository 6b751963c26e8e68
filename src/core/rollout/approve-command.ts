import { covers } from '../access/role.ts';
import { type Approval, approvalOf, stepName } from '../policy/step.ts';
import { approvalGate, standingApprovals } from './approval-gate.ts';
import type { Context } from './context.ts';
import { currentStep } from './current-step.ts';
import type { Command } from './observations.ts';
import type { StepProgress } from './rollout.ts';
import { standingGate } from './standing-gate.ts';
import { leaveGate } from './step-gate.ts';
import type { Weighed } from './weighed.ts';
import { phaseWords } from './phase.ts';

/** One person agrees that the current step be left. The machine leaves it when enough of them do. */
export function weighApprove(context: Context, command: Command): Weighed {
  const { rollout } = context;
  const step = currentStep(context);
  if (rollout.phase !== 'running') {
    return {
      refused: `only a running rollout asks for approval; this one is ${phaseWords(rollout.phase)}`,
    };
  }
  if (step.kind === 'contract') {
    const { name } = context.policy;
    return { refused: `contract is confirmed by crossfade complete ${name} --confirm ${name}` };
  }
  const asked = approvalOf(step);
  if (asked === undefined) return { refused: `${stepName(step)} asks nobody for approval` };
  const refused = notThisOne(context, command, asked) ?? notYetAsked(context);
  return refused === null ? given(context, command, asked) : { refused };
}

/**
 * Who may not approve, and why. Where one approval is enough whoever started the rollout may give it; where
 * several are asked for they are to be of others.
 */
function notThisOne(context: Context, command: Command, asked: Approval): string | null {
  const { actor, role } = command;
  if (actor === undefined || role === undefined) return 'who approves must be known by a token';
  if (!covers(role, asked.role)) return `this step is approved by ${asked.role}, not by ${role}`;
  if (asked.quorum > 1 && actor === context.rollout.startedBy) {
    return `whoever started the rollout is none of the ${asked.quorum} who approve it`;
  }
  const same = standingApprovals(context).find((one) => one.actor === actor);
  return same === undefined ? null : `already approved by ${same.by}, who counts once`;
}

/** It is asked for last: what somebody approves is the step as it ended, not as it may still turn out. */
function notYetAsked(context: Context): string | null {
  const open = standingGate(context) ?? leaveGate(context);
  return open.kind === 'passed' ? null : `approval is not asked for yet: ${open.reason}`;
}

function given(context: Context, command: Command, { quorum }: Approval): Weighed {
  const { rollout, policy, now } = context;
  const { by, actor = by, reason } = command;
  const before = standingApprovals(context);
  const approvals = [...before, { by, actor, at: now, revision: policy.revision }];
  const step: StepProgress = { ...rollout.step, approvals };
  const missing = approvalGate({ ...context, rollout: { ...rollout, step } });
  const hold =
    missing?.kind === 'hold'
      ? { code: missing.code, reason: missing.reason, since: rollout.hold?.since ?? now }
      : rollout.hold;
  const count = quorum === 1 ? '' : ` (${approvals.length} of ${quorum})`;
  const said = reason === null || reason === '' ? '' : `: ${reason}`;
  const words = `${stepName(currentStep(context))} may be left${count}${said}`;
  return { move: { action: 'approve', by, reason: words, patch: { step, hold } } };
}
