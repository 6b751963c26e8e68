import { defaults } from '../../policy/defaults.ts';
import type { Policy } from '../../policy/policy.ts';
import { type Step, stepName } from '../../policy/step.ts';
import type { PlannedStep } from './forecast-step.ts';
import type { ForecastTraffic } from './population.ts';

/** The steps of a policy in which something is compared; the rest proves nothing by evidence. */
export function plannedSteps(
  policy: Pick<Policy, 'steps' | 'rings'>,
  traffic: ForecastTraffic,
): readonly PlannedStep[] {
  const planned: PlannedStep[] = [];
  let [elapsed, earlier] = [0, 0];
  for (const step of policy.steps) {
    const known = partOf(step, policy, traffic);
    if (known === null || !('bakeMs' in step)) continue;
    const bake = step.bakeMs / 1000;
    planned.push({
      name: stepName(step),
      bake,
      patience: step.patienceMs / 1000,
      require: 'require' in step ? step.require : 'notWorse',
      elapsed,
      earlier,
      comparisons: comparisonsIn(step, policy, traffic),
      ...known,
    });
    if (known.compared) [elapsed, earlier] = [elapsed + bake, earlier + 1];
  }
  return planned;
}

/** What a step serves on the new side; null where nothing is compared. */
function partOf(
  step: Step,
  { rings }: Pick<Policy, 'rings'>,
  { units }: ForecastTraffic,
): Pick<PlannedStep, 'compared' | 'share' | 'ringUnits'> | null {
  if (step.kind === 'shadow') return { compared: false, share: 0 };
  if (step.kind === 'share') {
    return step.percent === 100 ? null : { compared: true, share: step.percent / 100 };
  }
  const inRing = countOf(step, rings, units);
  if (inRing === null) return null;
  // A ring's units are taken to be as busy as the average one.
  return { compared: true, share: Math.min(0.99, inRing / units), ringUnits: inRing };
}

/** Units of a step that names them or counts them; null for any other. */
export function countOf(step: Step, rings: Policy['rings'], units: number): number | null {
  if (step.kind === 'ring') return rings.find(({ name }) => name === step.ring)?.units.length || 1;
  if (step.kind !== 'count') return null;
  return 'units' in step.size ? step.size.units : Math.max(1, Math.round(step.size.part * units));
}

export function comparisonsIn(
  step: Step,
  { steps }: Pick<Policy, 'steps'>,
  { comparisonsPerSecond, requestsPerSecond, reads }: ForecastTraffic,
): number {
  if (comparisonsPerSecond !== null) return comparisonsPerSecond;
  const shadow = step.kind === 'shadow' ? step : steps.find(({ kind }) => kind === 'shadow');
  const sample = shadow?.kind === 'shadow' ? shadow.sample : defaults.shadowSample;
  return requestsPerSecond * reads * sample;
}
