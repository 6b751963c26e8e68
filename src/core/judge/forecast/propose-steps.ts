import { defaults } from '../../policy/defaults.ts';
import type { Policy } from '../../policy/policy.ts';
import type { ShareStep } from '../../policy/step.ts';
import { forecast } from './forecast.ts';
import type { Harm } from './forecast-step.ts';
import type { ForecastTraffic } from './population.ts';

/** A share with two cohorts, and how long it bakes. */
export interface ProposedStep {
  /** A whole percentage, below 100. */
  readonly percent: number;
  readonly bakeMs: number;
  /** Whether it has to be proven not worse. */
  readonly isProven: boolean;
}

const minute = 60_000;

/** Shares that people can compare, and times that they can plan with. */
const shares = [1, 2, 5, 10, 25, 50, 75, 90, 95];
const bakes = [10, 30, 60, 120, 240, 720].map((minutes) => minutes * minute);

/** The first step is the one that everybody waits for: it should say something within this time. */
const reasonableMs = 60 * minute;

/** Largest harm that a step may have to reach before it is found: of failures, of durations, of reads. */
const worthKnowing = { failures: 0.05, factor: 2, mismatches: 0.05 } as const;

/** With fewer in the smaller cohort a failure may be one unit's own, or the hash may give it none at all. */
const fewestUnits = 5;

/** A step lets this many times as many units in as the one before. */
const growth = 4;

/**
 * Steps at which the judge can decide at this traffic: the first is the smallest share that finds harm
 * within a reasonable time, the last the widest that still has a baseline to be proven against. Empty
 * where no share can ever be decided.
 */
export function proposeSteps(
  policy: Pick<Policy, 'guards' | 'evidence'>,
  traffic: ForecastTraffic,
): readonly ProposedStep[] {
  const bakeOf = (percent: number, isProven: boolean): number | null =>
    bakes.find((bakeMs) => isDecided({ percent, bakeMs, isProven }, policy, traffic)) ?? null;
  const decided = shares.flatMap((percent) => {
    const bakeMs = bakeOf(percent, false);
    return bakeMs === null ? [] : [{ percent, bakeMs, isProven: false }];
  });
  const widest = shares.findLast((percent) => bakeOf(percent, true) !== null);
  const first = decided.find(({ bakeMs }) => bakeMs <= reasonableMs) ?? decided[0];
  if (first === undefined || widest === undefined) return [];
  const steps: ProposedStep[] = [];
  for (const step of decided) {
    const before = steps.at(-1)?.percent ?? 0;
    const isNext = step.percent >= first.percent && step.percent >= growth * before;
    if (isNext && step.percent < widest) steps.push(step);
  }
  const bakeMs = bakeOf(widest, true) ?? reasonableMs;
  return [...steps, { percent: widest, bakeMs, isProven: true }];
}

/** Whether nothing is to be warned of. */
function isDecided(
  { percent, bakeMs, isProven }: ProposedStep,
  { guards, evidence }: Pick<Policy, 'guards' | 'evidence'>,
  traffic: ForecastTraffic,
): boolean {
  const part = Math.min(percent, 100 - percent) / 100;
  if (part * traffic.units < fewestUnits) return false;
  const { patienceMs } = defaults;
  const require = isProven ? 'proven' : 'notWorse';
  const step: ShareStep = { kind: 'share', percent, require, bakeMs, patienceMs };
  const { steps } = forecast({ guards, evidence, steps: [step], rings: [] }, traffic);
  return steps.every(
    ({ warnings, guards: told }) =>
      warnings.length === 0 && told.every(({ smallestHarm }) => isWorthWaiting(smallestHarm)),
  );
}

/** Harm that anybody would see without a judge is no reason to begin with so few. */
function isWorthWaiting(harm: Harm | null): boolean {
  return harm === null || harm.value <= worthKnowing[harm.unit];
}
