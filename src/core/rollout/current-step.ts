import type { Step } from '../policy/step.ts';
import type { Context } from './context.ts';

/** The step that the rollout is at. */
export function currentStep(context: Pick<Context, 'policy' | 'rollout'>): Step {
  const step = context.policy.steps[context.rollout.step.index];
  if (step === undefined) throw new RangeError(`no step ${context.rollout.step.index}`);
  return step;
}
