import { approvalOf } from '../policy/step.ts';
import type { ApprovalView, RolloutView } from '../protocol/rollout-view.ts';
import { approvalGate, standingApprovals } from './approval-gate.ts';
import type { Context } from './context.ts';
import { currentStep } from './current-step.ts';
import { standingGate } from './standing-gate.ts';
import { leaveGate } from './step-gate.ts';

/** Who has approved that the current step be left, and how many are missing; nothing where nobody is asked. */
export function approvalView(context: Context): Pick<RolloutView, 'approval'> {
  const { rollout } = context;
  const wanted = rollout.phase === 'running' ? approvalOf(currentStep(context)) : undefined;
  if (wanted === undefined) return {};
  const standing = standingApprovals(context);
  const approval: ApprovalView = {
    role: wanted.role,
    quorum: wanted.quorum,
    expiresMs: wanted.expiresMs,
    given: standing.map(({ by, at }) => ({ by, at, until: at + wanted.expiresMs })),
    missing: Math.max(0, wanted.quorum - standing.length),
    isAsked: approvalGate(context) !== null && isOpenOtherwise(context),
  };
  return { approval };
}

function isOpenOtherwise(context: Context): boolean {
  return (standingGate(context) ?? leaveGate(context)).kind === 'passed';
}
