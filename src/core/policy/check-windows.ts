import { type Hours, lengthOf } from '../calendar/hours.ts';
import { dayOfDate, minutesOfDay, weekdays } from '../calendar/local-time.ts';
import { fault, type Finding } from './finding.ts';
import type { Policy } from './policy.ts';
import { isOfRamp } from './step.ts';

const minutesOfWeek = 7 * minutesOfDay;

/** Windows and blackouts that a rollout could never get through. */
export function checkWindows(policy: Policy): Finding[] {
  return [...checkBlackouts(policy), ...checkRetreats(policy)];
}

function checkBlackouts({ blackouts = [] }: Policy): Finding[] {
  return blackouts.flatMap(({ from, to }, index) => {
    if ((dayOfDate(to) ?? 0) >= (dayOfDate(from) ?? 0)) return [];
    const message = `a blackout that ends on ${to} cannot begin on ${from}; put the earlier day first`;
    return [fault(['blackouts', index, 'to'], message)];
  });
}

/** Whoever retreats when a window closes begins the ramp anew in the next one, and must get through in it. */
function checkRetreats(policy: Policy): Finding[] {
  const { windows = [] } = policy;
  const bakes = policy.steps.filter(isOfRamp).map(({ bakeMs }) => bakeMs);
  const ramp = Math.ceil(bakes.reduce((sum, bakeMs) => sum + bakeMs, 0) / 60_000);
  const longest = longestOpening(windows);
  if (ramp <= longest) return [];
  return windows.flatMap(({ offHours }, index) => {
    if (offHours === 'keep') return [];
    const message =
      `the ramp bakes for ${ramp} minutes and no window is open for more than ${longest}: with \`retreat\` it ` +
      'begins anew in each and never arrives; write `offHours: keep`, longer windows or shorter bakes';
    return [fault(['windows', index, 'offHours'], message)];
  });
}

/** Minutes; windows that follow each other closely count as one, those of several places for each place. */
function longestOpening(windows: readonly Hours[]): number {
  const places = [...new Set(windows.map(({ timezone }) => timezone))];
  const spans = places.map((place) =>
    longestRun(windows.filter(({ timezone }) => timezone === place)),
  );
  return spans.reduce((sum, span) => sum + span, 0);
}

function longestRun(windows: readonly Hours[]): number {
  const week = Array.from({ length: minutesOfWeek }, () => false);
  for (const window of windows) {
    for (const day of window.days) {
      const start = weekdays.indexOf(day) * minutesOfDay + window.from;
      for (let at = 0; at < lengthOf(window); at += 1) week[(start + at) % minutesOfWeek] = true;
    }
  }
  if (week.every(Boolean)) return Number.POSITIVE_INFINITY;
  let longest = 0;
  let run = 0;
  for (let at = 0; at < 2 * minutesOfWeek; at += 1) {
    run = week[at % minutesOfWeek] === true ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}
