import type { Forecast, GuardForecast, StepForecast } from '../../core/judge/forecast/forecast.ts';
import { percent } from '../../core/judge/wording.ts';
import { harmWords } from './harm-words.ts';
import { safe, span, table } from './words.ts';

/** `crossfade forecast`: what each step can show at this traffic, as a table in plain words. */
export function forecastText(told: Forecast & { readonly policy: string }): string {
  const { requestsPerSecond, units, oldErrors } = told.traffic;
  const traffic = `${requestsPerSecond} requests/s, ${units} units, ${percent(oldErrors)} failing`;
  const lines = [`${safe(told.policy)} at ${traffic}`];
  for (const step of told.steps) {
    lines.push('', heading(step), ...table([titles, ...step.guards.map(rowOf)]).map(indented));
    lines.push(...step.warnings.map((warning) => `  warning: ${safe(warning)}`));
  }
  return `${[...lines, '', falseRollbackWords(told)].join('\n')}\n`;
}

const titles = [
  'guard',
  'minimum after',
  'proven after',
  'in 9 of 10',
  'finds',
  'harm found after',
];

function indented(line: string): string {
  return `  ${line}`;
}

function heading({ name, share, bake, require, compared }: StepForecast): string {
  const part = compared ? `${percent(share)} of the traffic, ` : '';
  const wants = require === 'proven' ? ', must be proven' : '';
  return `${safe(name)}: ${part}bake ${span(1000 * bake)}${wants}`;
}

function rowOf({ guard, minimum, proven, smallestHarm, found }: GuardForecast): string[] {
  return [
    safe(guard),
    time(minimum),
    time(proven.median),
    time(proven.within90),
    smallestHarm === null ? 'nothing' : harmWords(smallestHarm),
    found.map(({ harm, seconds }) => `${harmWords(harm)} ${time(seconds)}`).join(', '),
  ];
}

function time(seconds: number | null): string {
  return seconds === null ? 'never' : span(1000 * Math.ceil(seconds));
}

function falseRollbackWords({ falseRollback }: Forecast): string {
  const { budget, parts, units } = falseRollback;
  const spent = parts
    .filter(({ part }) => part > 0)
    .map(({ guard, part }) => `${safe(guard)} ${percent(part * budget)}`);
  const single = units > 0 ? [`single units ${percent(units * budget)}`] : [];
  const rest = parts.some(({ part }) => part === 0)
    ? ' A mismatch where none is tolerated rolls back at once.'
    : '';
  return `A healthy rollout is rolled back with a chance of at most ${percent(budget)}: ${[...spent, ...single].join(', ')}.${rest}`;
}
