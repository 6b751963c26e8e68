import { fault, type Finding } from './finding.ts';
import { minimumUnits } from './minimum.ts';
import type { Policy } from './policy.ts';

/**
 * Steps that can never be met, since `activeUnits` is too small for what they demand of each
 * cohort. To be asked when the population is known: at apply, and again at start.
 */
export function checkPopulation(policy: Policy, activeUnits: number): Finding[] {
  return [...checkShares(policy, activeUnits), ...checkCompared(policy, activeUnits)];
}

function checkShares({ steps, evidence }: Policy, activeUnits: number): Finding[] {
  return steps.flatMap((step, index) => {
    if (step.kind !== 'share' || step.percent === 100) return [];
    const part = Math.min(step.percent, 100 - step.percent) / 100;
    const smaller = part * activeUnits;
    const wanted = minimumUnits(evidence.minimum.units, smaller);
    if (wanted <= smaller) return [];
    const cohort = step.percent < 50 ? 'canary' : 'baseline';
    const message =
      `share ${step.percent}% of ${activeUnits} active units leaves about ${rounded(smaller)} in the ` +
      `${cohort}, and ${wanted} are demanded; choose another share or a smaller \`minimum.units\``;
    return [fault(['steps', index, 'share', 'to'], message)];
  });
}

function checkCompared({ guards }: Policy, activeUnits: number): Finding[] {
  return guards.flatMap((guard, index) => {
    if (!('compare' in guard) || guard.compare !== 'mismatches') return [];
    const { units } = guard.compared;
    if (units <= activeUnits) return [];
    const message = `\`compared.units\` is ${units}, and only ${activeUnits} units are active`;
    return [fault(['guards', index, 'compared', 'units'], message)];
  });
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
