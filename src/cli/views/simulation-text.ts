import type { Forecast } from '../../core/judge/forecast/forecast.ts';
import { percent } from '../../core/judge/wording.ts';
import type {
  Counted,
  HarmSummary,
  HealthySummary,
  Simulation,
  Spread,
} from '../../core/simulation/simulation.ts';
import type { SimulatedTraffic } from '../../core/simulation/simulated-service.ts';
import { harmWords, simulatedHarmWords } from './harm-words.ts';
import { safe, span, table } from './words.ts';

type Shown = Simulation & {
  readonly policy: string;
  readonly traffic: SimulatedTraffic;
  /** What each step would still find, by calculation. */
  readonly forecast: Forecast;
};

/** `crossfade simulate`: what became of the simulated rollouts, in plain words. */
export function simulationText({ policy, traffic, plan, healthy, harms, forecast }: Shown): string {
  const { requestsPerSecond, units, oldErrors, rhythm } = traffic;
  const recorded = rhythm === null ? '' : ', up and down as recorded';
  const busy = `${round(requestsPerSecond)} requests/s, ${units} units, ${percent(oldErrors)} failing`;
  const lines = [
    `${safe(policy)} at ${busy}${recorded}; seed ${plan.seed}`,
    '',
    `nothing wrong, ${plan.rollouts} rollouts`,
    ...table(healthyRows(healthy)).map(indented),
    ...healthy.ended.map(({ how, count }) => `    ${count} ${safe(how)}`),
  ];
  if (harms.length > 0)
    lines.push('', `harm from the first exposure on, ${plan.harmed} rollouts each`);
  lines.push(
    ...table([titles, ...harms.map(harmRow)])
      .slice(harms.length === 0 ? 1 : 0)
      .map(indented),
  );
  lines.push('', 'smallest harm that a step finds within its bake, in 4 of 5 rollouts');
  lines.push(...table(forecast.steps.map(smallestRow)).map(indented));
  return `${lines.join('\n')}\n`;
}

function smallestRow({ name, guards }: Forecast['steps'][number]): string[] {
  const sizes = guards.map(({ guard, smallestHarm }) => {
    return `${safe(guard)} ${smallestHarm === null ? 'nothing' : harmWords(smallestHarm)}`;
  });
  return [safe(name), sizes.join(', ')];
}

/** The same in a few lines. */
export function simulationWords({ healthy, harms, plan }: Simulation): readonly string[] {
  const { rolledBack, waited } = healthy;
  return [
    `nothing wrong, ${plan.rollouts} rollouts: ${partWords(rolledBack)} rolled back, ` +
      `${partWords(waited)} waited for a person`,
    ...healthy.ended.map(({ how, count }) => `  ${count} ${safe(how)}`),
    ...harms.map(({ harm, found, seconds }) => {
      const after = seconds === null ? '' : ` after ${spreadWords(seconds)}`;
      return `${simulatedHarmWords(harm)}: ${partWords(found)} found${after}`;
    }),
  ];
}

function healthyRows({
  completed,
  rolledBack,
  sentBack,
  waited,
  seconds,
}: HealthySummary): string[][] {
  const time = seconds === null ? '' : `after ${spreadWords(seconds)}`;
  return [
    ['completed', partWords(completed), time],
    ['rolled back', partWords(rolledBack), 'each of them falsely'],
    ['a unit sent back alone', partWords(sentBack), 'falsely'],
    ['a person had to look', partWords(waited), ''],
  ];
}

const titles = ['harm', 'found', 'after', 'failed requests', 'mostly'];

function harmRow({ harm, found, seconds, ended, failed }: HarmSummary): string[] {
  const [most] = ended;
  return [
    simulatedHarmWords(harm),
    partWords(found),
    seconds === null ? '-' : spreadWords(seconds),
    `${Math.round(failed)}`,
    most === undefined ? '' : safe(most.how),
  ];
}

/** `42 s (9 in 10: 2m)`. */
function spreadWords({ median, of90 }: Spread): string {
  return `${span(1000 * median)} (9 in 10: ${span(1000 * of90)})`;
}

/** `0.4% (0.1% to 1%)`. */
function partWords({ count, of, interval: [low, high] }: Counted): string {
  const part = of === 0 ? 0 : count / of;
  return `${points(part)} (${points(low)} to ${points(high)})`;
}

function points(part: number): string {
  return `${Number((100 * part).toFixed(1))}%`;
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}

function indented(line: string): string {
  return `  ${line}`;
}
