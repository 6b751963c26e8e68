import type { MismatchesGuard } from '../../policy/guard.ts';
import { type EProcess, logEvidence, newProcess } from '../../statistics/e-process.ts';
import {
  advanceMismatchHarm,
  advanceMismatchNotWorse,
  type CreditedComparisons,
  mismatchHarmPlan,
  mismatchNotWorsePlan,
} from '../mismatches-judge.ts';
import { timeUntil } from './evidence-path.ts';
import { type ForecastInput, type GuardOutlook, proofNeeded } from './forecast-step.ts';
import { trafficParts } from './population.ts';

/** Comparisons of one unit that the judge credits within an hour, per second. */
const creditedPerSecond = 100 / 3600;

/** Comparisons per second that count: those of a busy unit only up to its credit, in the long run. */
function creditedRate({ traffic, step }: ForecastInput): number {
  return trafficParts(traffic).reduce(
    (sum, part) => sum + Math.min(creditedPerSecond, part * step.comparisons),
    0,
  );
}

function credited(compared: number, mismatched: number): CreditedComparisons {
  const credits = { hourAt: 0, units: [] };
  return { compared, mismatched, mismatchedUnits: mismatched, credits };
}

/** Events with so much bad luck: at least none. */
function after(mean: number, sigmas: number): number {
  return Math.max(0, mean + sigmas * Math.sqrt(mean));
}

/** A mismatches guard at a step with shadow comparisons; `enough`: seconds until enough are made. */
export function forecastMismatches(
  guard: MismatchesGuard,
  input: ForecastInput,
  enough: number | null,
): GuardOutlook {
  const counted = creditedRate(input);
  const { comparisons } = input.step;
  const within = (seconds: number, horizon: number): number | null =>
    seconds <= horizon ? Math.max(1, seconds) : null;
  const none = guard.atMost === 0;
  return {
    unit: 'mismatches',
    shown: [0.01, 0.0001],
    range: [1e-9, 1],
    proven: (_sigmas, horizon) => {
      if (none) return enough === null ? null : within(enough, horizon);
      const path = {
        begin: newProcess,
        advance: (process: EProcess, from: number, to: number) =>
          advanceMismatchNotWorse(process, guard, credited(counted * (to - from), 0), to - from),
        log: (process: EProcess) => logEvidence(process, mismatchNotWorsePlan),
      };
      return timeUntil(path, proofNeeded(input), horizon);
    },
    found: (size, sigmas, horizon) => {
      // The first mismatch fails: an exponential time, of which this is the median or the quantile.
      const chance = sigmas === 0 ? 0.5 : 0.2;
      if (none) return within(-Math.log(chance) / (size * comparisons), horizon);
      if (input.harmNeeded === null) return null;
      const path = {
        begin: newProcess,
        advance: (process: EProcess, from: number, to: number) => {
          const [before, now] = [from, to].map((at) => after(counted * size * at, -sigmas));
          const bad = (now ?? 0) - (before ?? 0);
          return advanceMismatchHarm(
            process,
            guard,
            credited(counted * (to - from), bad),
            to - from,
          );
        },
        log: (process: EProcess) => logEvidence(process, mismatchHarmPlan),
      };
      return timeUntil(path, input.harmNeeded, horizon);
    },
  };
}
