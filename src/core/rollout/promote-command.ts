import type { Step } from '../policy/step.ts';
import type { Context } from './context.ts';
import type { Command } from './observations.ts';
import { approvalGate, approvedWords } from './approval-gate.ts';
import { drillGate } from './drill.ts';
import { standingGate } from './standing-gate.ts';
import { currentStep } from './current-step.ts';
import { entryGate, stepGate } from './step-gate.ts';
import { advanceMove } from './step-moves.ts';
import { because, type Weighed } from './weighed.ts';
import { phaseWords } from './phase.ts';

/** To the next step before the bake is over: a person may cut time short, and nothing else (I1). */
export function weighPromote(context: Context, command: Command): Weighed {
  const { policy, rollout } = context;
  if (rollout.phase !== 'running') {
    return {
      refused: `only a running rollout can be promoted; this one is ${phaseWords(rollout.phase)}`,
    };
  }
  if (currentStep(context).kind === 'contract') {
    return { refused: 'contract has no bake to cut short; complete confirms it' };
  }
  const gate = standingGate(context) ?? stepGate(withoutBake(context));
  if (gate.kind !== 'passed') {
    return { refused: `a bake can be cut short, what the step needs cannot: ${gate.reason}` };
  }
  const next = policy.steps[rollout.step.index + 1];
  const entry = next === undefined ? null : entryGate(context, next);
  if (entry !== null) return { refused: `the next step cannot begin: ${entry.reason}` };
  const drill = drillGate(context);
  if (drill !== null)
    return { refused: `a bake can be cut short, a drill cannot: ${drill.reason}` };
  const unasked = approvalGate(context);
  if (unasked !== null)
    return { refused: `a bake can be cut short, an approval cannot: ${unasked.reason}` };
  const said = because(command, 'promote asked for');
  return {
    move: {
      ...advanceMove(context, `${said}; ${gate.reason}${approvedWords(context)}`),
      by: command.by,
    },
  };
}

/** The same rollout under a policy whose current step takes no time of its own. */
function withoutBake(context: Context): Context {
  const { policy, rollout } = context;
  const steps = policy.steps.with(rollout.step.index, untimed(currentStep(context)));
  return { ...context, policy: { ...policy, steps } };
}

function untimed(step: Step): Step {
  if (step.kind === 'soak') return { ...step, forMs: 0 };
  return 'bakeMs' in step ? { ...step, bakeMs: 0 } : step;
}
