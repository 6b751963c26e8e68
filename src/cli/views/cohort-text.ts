import type { CohortStep, CohortView } from '../../core/protocol/cohort-view.ts';
import { amount, safe, table } from './words.ts';

/** Step by step how many units are on the new side, and how much of the traffic they make. */
export function cohortText(view: CohortView): string {
  const steps = table(view.steps.map((step) => rowOf(step, view.units)));
  const lists = view.steps.flatMap(({ list = [] }) => list.map((unit) => `  ${unit}`));
  return [headOf(view), ...steps, ...lists].map((line) => `${safe(line)}\n`).join('');
}

function headOf({ policy, target, units, knownFrom, measuredIn }: CohortView): string {
  const known = knownFrom === 'table' ? `in the unit table of ${target}` : 'with traffic';
  const traffic =
    measuredIn === null ? 'traffic not known before the first attempt' : `traffic of ${measuredIn}`;
  return `${policy}  ${units} units ${known}, ${traffic}`;
}

function rowOf({ step, name, units, traffic }: CohortStep, all: number): readonly string[] {
  const part = traffic === null ? '' : `${amount(traffic, 'ratio')} of the traffic`;
  return [`${step}`, name, `${units} of ${all} units`, part];
}
