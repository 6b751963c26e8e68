import type { RolloutForecast } from '../../core/protocol/rollout-forecast.ts';
import { span } from './time-words.ts';

type Forecast = NonNullable<RolloutForecast['forecast']>;
type StepForecast = Forecast['steps'][number];
export type GuardForecast = StepForecast['guards'][number];

/** `3m`, `in 3m, 5m in 9 of 10`, `not in this step`: when "not worse" is proven if all is well. */
export function provenWords({ proven: { median, within90 } }: GuardForecast): string {
  if (median === null) return 'not in this step';
  if (within90 === null || within90 === median) return `in ${seconds(median)}`;
  return `in ${seconds(median)}, ${seconds(within90)} in 9 of 10`;
}

/** `+1pp failures`, `×1.2 as slow`, `1 in 500 reads`: the least harm that is mostly found within the bake. */
export function findsWords({ smallestHarm }: GuardForecast): string {
  if (smallestHarm === null) return 'nothing';
  const { unit, value } = smallestHarm;
  if (unit === 'failures') return `+${digits(100 * value)}pp failures`;
  return unit === 'factor' ? `×${digits(value)} as slow` : `1 in ${Math.round(1 / value)} reads`;
}

/** Steps that are still to come or under way, and in which a guard can say something. */
export function stepsAhead(
  { steps }: Forecast,
  plan: readonly { readonly name: string }[],
  current: number,
): readonly StepForecast[] {
  const ahead = new Set(plan.slice(current).map(({ name }) => name));
  return steps.filter(({ name, guards }) => ahead.has(name) && guards.length > 0);
}

/** `310 requests/s of 500 units, 0.10% failing`. */
export function trafficWords({ requestsPerSecond, units, oldErrors }: Forecast['traffic']): string {
  const failing = `${(100 * oldErrors).toFixed(2)}% failing`;
  return `${digits(requestsPerSecond)} requests/s of ${units} units, ${failing}`;
}

function seconds(value: number): string {
  return span(1000 * Math.ceil(value));
}

function digits(value: number): string {
  return value >= 10
    ? Math.round(value).toLocaleString('en')
    : String(Number(value.toPrecision(2)));
}
