import { beginJudge } from '../../src/core/judge/judge-state.ts';
import type { StepState } from '../../src/core/judge/judge-state.ts';
import type { Judging } from '../../src/core/judge/objection.ts';
import { freshStep } from '../../src/core/judge/step-state.ts';
import { comparedStep, demoConfig } from './judged-policy.ts';

/** A judge at the demo's 25 % step that knows nothing but what `known` says of the step. */
export function judgingOf(
  known: Partial<StepState> = {},
  changes: Partial<Omit<Judging, 'known'>> = {},
): Judging {
  const step = changes.step ?? comparedStep();
  return {
    state: beginJudge(demoConfig),
    config: demoConfig,
    step,
    now: 0,
    dispersion: 1,
    ...changes,
    known: { ...freshStep(step), ...known },
  };
}
