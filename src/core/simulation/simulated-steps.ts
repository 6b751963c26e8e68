import { comparisonsIn, countOf } from '../judge/forecast/planned-steps.ts';
import type { JudgeMode } from '../judge/judge-step.ts';
import type { Policy } from '../policy/policy.ts';
import { type CountOrder, type Requirement, type Step, stepName } from '../policy/step.ts';
import type { SimulatedTraffic } from './simulated-service.ts';

/** A step of the plan in which evidence is looked at. Times are seconds. */
export interface SimulatedStep {
  readonly name: string;
  /** Its place among all steps of the policy. */
  readonly index: number;
  readonly mode: JudgeMode;
  readonly bake: number;
  readonly patience: number;
  readonly require: Requirement;
  /** Who is on the new side: a part of the units by hash, or so many of them one by one. */
  readonly part: number;
  readonly chosen: { readonly count: number; readonly order: CountOrder } | null;
  /** Part of the reads that both sides answer. */
  readonly compared: number;
}

/**
 * The steps of a policy that evidence decides. What comes before takes its time but no unit; soak and
 * contract wait for people and are left out.
 */
export function simulatedSteps(
  policy: Pick<Policy, 'steps' | 'rings'>,
  traffic: SimulatedTraffic,
): readonly SimulatedStep[] {
  const readsPerSecond = traffic.requestsPerSecond * traffic.reads;
  return policy.steps.flatMap((step, index): readonly SimulatedStep[] => {
    if (!('bakeMs' in step)) return [];
    const comparisons = comparisonsIn(step, policy, traffic);
    return [
      {
        name: stepName(step),
        index,
        bake: step.bakeMs / 1000,
        patience: step.patienceMs / 1000,
        require: 'require' in step ? step.require : 'notWorse',
        compared: readsPerSecond === 0 ? 0 : Math.min(1, comparisons / readsPerSecond),
        ...exposureOf(step, policy, traffic),
      },
    ];
  });
}

function exposureOf(
  step: Step,
  { rings }: Pick<Policy, 'rings'>,
  { units }: SimulatedTraffic,
): Pick<SimulatedStep, 'mode' | 'part' | 'chosen'> {
  if (step.kind === 'share') {
    const mode = step.percent === 100 ? 'whole' : 'compared';
    return { mode, part: step.percent / 100, chosen: null };
  }
  const count = countOf(step, rings, units);
  if (count === null) return { mode: 'shadow', part: 0, chosen: null };
  const order = step.kind === 'count' ? step.order : 'hash';
  return { mode: 'compared', part: 0, chosen: { count: Math.min(count, units - 1), order } };
}
