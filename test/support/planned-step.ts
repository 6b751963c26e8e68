import type { PlannedStep } from '../../src/core/judge/forecast/forecast-step.ts';

/** A first share of 25 % for ten minutes, with a day's patience and no shadow reads, with `changes`. */
export function plannedStep(changes: Partial<PlannedStep> = {}): PlannedStep {
  return {
    name: 'share 25%',
    compared: true,
    share: 0.25,
    bake: 600,
    patience: 86_400,
    require: 'notWorse',
    elapsed: 0,
    earlier: 0,
    comparisons: 0,
    ...changes,
  };
}
