import type { CompareGuard } from '../../policy/guard.ts';
import type { Policy } from '../../policy/policy.ts';
import { type BudgetShares, shareOf } from '../../metrics/budget-shares.ts';
import { budgetWeights, judgeConfig, type JudgeConfig, type Weights } from '../judge-config.ts';
import { luck } from './evidence-path.ts';
import { forecastErrors } from './forecast-errors.ts';
import { forecastLatency } from './forecast-latency.ts';
import { forecastMismatches } from './forecast-mismatches.ts';
import type { ForecastInput, GuardOutlook, Harm, PlannedStep } from './forecast-step.ts';
import { later, untilCompared, untilMinimum } from './minimums.ts';
import { plannedSteps } from './planned-steps.ts';
import type { ForecastTraffic } from './population.ts';

/** What one guard can show in one step. Times are seconds from the step's begin. */
export interface GuardForecast {
  readonly guard: string;
  readonly compare: CompareGuard['compare'];
  /** Until the step has the requests and units, or the comparisons, that it needs; null: never. */
  readonly minimum: number | null;
  /** Until "not worse" is proven, if all is well: in half and in 90 % of rollouts; null: not in time. */
  readonly proven: { readonly median: number | null; readonly within90: number | null };
  /** Harm from the step's begin on that is found within the bake in 80 % of rollouts; null: none. */
  readonly smallestHarm: Harm | null;
  /** Median time until harm of some sizes is found; null: not in the step's patience. */
  readonly found: readonly { readonly harm: Harm; readonly seconds: number | null }[];
}

/** One step; `bake` and `patience` in seconds. */
export interface StepForecast extends Pick<
  PlannedStep,
  'name' | 'share' | 'bake' | 'patience' | 'require' | 'compared'
> {
  readonly guards: readonly GuardForecast[];
  /** What a person should know before the start, in plain words. */
  readonly warnings: readonly string[];
}

/** What a policy can show at some traffic. */
export interface Forecast {
  readonly traffic: ForecastTraffic;
  readonly steps: readonly StepForecast[];
  /** The budget for false rollbacks, and the part of it that each guard may spend. */
  readonly falseRollback: {
    readonly budget: number;
    readonly parts: readonly { readonly guard: string; readonly part: number }[];
    /** The part of the watch over single units. */
    readonly units: number;
  };
}

/**
 * What a policy can prove, and how soon it finds harm, at the given traffic: before anybody is moved.
 *
 * Exact: the stakes, bets and thresholds are the judge's own, which is run on expected counts; the
 * budget for false rollbacks, which is a bound whatever the traffic. Rules of thumb: a median is taken
 * to be the time at which the expected counts suffice, other quantiles those at which counts off by so
 * many standard deviations do; other guards are taken to say nothing; units are dealt by hash and alike
 * but for their traffic; failures and durations are independent; the old side's durations have the
 * shape of `slowerThan`. Medians agree with simulated rollouts within a factor of 1.5 where the evidence
 * needs more than a few events (docs/forecast.md); clusters of failures make everything slower.
 *
 * Source: Wald 1945, *Sequential tests of statistical hypotheses*.
 * @param shares what each guard may spend since a rebase; absent: as the policy divides the budget
 */
export function forecast(
  policy: Pick<Policy, 'guards' | 'evidence' | 'steps' | 'rings'>,
  traffic: ForecastTraffic,
  shares?: BudgetShares,
): Forecast {
  const config = judgeConfig(policy);
  const weights = shares === undefined ? budgetWeights(config) : weightsOf(config, shares);
  const budget = config.evidence.falseRollbackBudget;
  const steps = plannedSteps(policy, traffic).map((step): StepForecast => {
    const { name, share, bake, patience, require, compared } = step;
    const guards = config.guards.flatMap((guard, index): readonly GuardForecast[] => {
      const weight = weights.guards[index] ?? 0;
      const harmNeeded = weight === 0 ? null : -Math.log(budget * weight);
      if (!compared && guard.compare !== 'mismatches') return [];
      return [forecastGuard(guard, { config, traffic, step, harmNeeded })];
    });
    const warnings = warningsFor(step, guards);
    return { name, share, bake, patience, require, compared, guards, warnings };
  });
  const parts = config.guards.map((guard, index) => {
    return { guard: guard.name, part: weights.guards[index] ?? 0 };
  });
  return { traffic, steps, falseRollback: { budget, parts, units: weights.units } };
}

/** What each guard may spend since a rebase, as parts of the whole budget. */
function weightsOf({ guards }: JudgeConfig, shares: BudgetShares): Weights {
  return { guards: guards.map(({ name }) => shareOf(shares, name)), units: shares.units };
}

function forecastGuard(guard: CompareGuard, input: ForecastInput): GuardForecast {
  const { step, traffic, config } = input;
  const minimum =
    guard.compare === 'mismatches'
      ? untilCompared(guard.compared, traffic, step)
      : untilMinimum(config.evidence, traffic, step);
  const outlook = outlookOf(guard, input, minimum);
  const longest = Math.max(step.bake, step.patience);
  const until = (sigmas: number): number | null => {
    const proven = outlook.proven(sigmas, longest);
    return proven === null || minimum === null ? null : Math.max(proven, minimum);
  };
  const median = until(luck.median);
  return {
    guard: guard.name,
    compare: guard.compare,
    minimum,
    proven: { median, within90: later(median, until(luck.of90Percent)) },
    smallestHarm: smallestHarm(outlook, step.bake),
    found: outlook.shown.map((value) => ({
      harm: { unit: outlook.unit, value },
      seconds: outlook.found(value, luck.median, longest),
    })),
  };
}

function outlookOf(guard: CompareGuard, input: ForecastInput, enough: number | null): GuardOutlook {
  switch (guard.compare) {
    case 'errors':
      return forecastErrors(guard, input);
    case 'latency':
      return forecastLatency(guard, input);
    case 'mismatches':
      return forecastMismatches(guard, input, enough);
  }
}

/** Halvings on a logarithmic scale: two digits are enough. */
const halvings = 8;

function smallestHarm({ found, range, unit }: GuardOutlook, bake: number): Harm | null {
  const reaches = (size: number): boolean => found(size, luck.of80Percent, bake) !== null;
  // A factor is searched by what it is more than 1.
  const base = unit === 'factor' ? 1 : 0;
  let [low, high] = [range[0] - base, range[1] - base];
  if (!reaches(base + high)) return null;
  for (let round = 0; round < halvings; round += 1) {
    const middle = Math.sqrt(low * high);
    if (reaches(base + middle)) high = middle;
    else low = middle;
  }
  return { unit, value: base + high };
}

function warningsFor(step: PlannedStep, guards: readonly GuardForecast[]): readonly string[] {
  const mustProve = step.require === 'proven' && step.ringUnits === undefined;
  return guards.flatMap(({ guard, compare, minimum, proven, smallestHarm: harm }): string[] => {
    const late = (time: number | null): boolean => time === null || time > step.patience;
    const waits = mustProve || compare !== 'mismatches' || !step.compared;
    if (waits && late(minimum)) {
      return [
        `${guard} never has the requests or units that it asks for; the step would be paused`,
      ];
    }
    if (mustProve && late(proven.median)) {
      return [`${guard} cannot be proven at this traffic; the step would be paused`];
    }
    if (mustProve && late(proven.within90)) {
      return [`${guard} is not proven in time in more than one rollout of ten`];
    }
    return harm === null ? [`${guard} finds no harm within the bake, however large`] : [];
  });
}
