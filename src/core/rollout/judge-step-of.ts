import type { JudgeMode, JudgeStep } from '../judge/judge-step.ts';
import type { Policy } from '../policy/policy.ts';
import { isWork, type Requirement, type Step } from '../policy/step.ts';
import { heldUnits } from './quarantine.ts';
import type { Rollout } from './rollout.ts';
import { currentStep } from './current-step.ts';
import { countedRing, exposureOf } from './wanted-route.ts';

/** The rollout's step as the judge needs to see it. */
export function judgeStepOf(policy: Policy, rollout: Rollout): JudgeStep {
  const step = currentStep({ policy, rollout });
  const { index, enteredAt, settledAt, sinceRevision } = rollout.step;
  const quarantined = heldUnits(rollout);
  return {
    index,
    mode: modeOf(step, rollout),
    share: exposureOf(rollout.route.spec),
    require: requirementOf(step),
    sinceRevision,
    enteredAt,
    touched: policy.steps.slice(0, index + 1).some(({ kind }) => kind === 'expand'),
    warmupUntil: (settledAt ?? enteredAt) + policy.evidence.warmupMs,
    ...ringUnitsOf(rollout, step),
    ...(quarantined.length === 0 ? {} : { quarantined }),
  };
}

function modeOf(step: Step, rollout: Rollout): JudgeMode {
  if (rollout.phase === 'rolling_back' || isWork(step)) return 'before';
  switch (step.kind) {
    case 'shadow':
      return 'shadow';
    case 'ring':
    case 'count':
    case 'share':
      return exposureOf(rollout.route.spec) === 100 ? 'whole' : 'compared';
    case 'soak':
    case 'contract':
      return 'whole';
  }
}

function requirementOf(step: Step): Requirement {
  return 'require' in step ? step.require : 'notWorse';
}

/** Units that were chosen one by one are judged as a ring is. */
function ringUnitsOf({ route }: Rollout, step: Step): { ringUnits?: number } {
  if (step.kind !== 'ring' && step.kind !== 'count') return {};
  const name = step.kind === 'ring' ? step.ring : countedRing;
  return { ringUnits: route.spec.rings.find((ring) => ring.name === name)?.units.length ?? 0 };
}
