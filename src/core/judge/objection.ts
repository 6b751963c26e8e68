import { sum, zeros } from '../statistics/column.ts';
import type { Verdict } from './verdict.ts';
import { type JudgeConfig, sourceOf } from './judge-config.ts';
import type { JudgeState, StepState } from './judge-state.ts';
import { activeUnits } from './judge-state.ts';
import type { JudgeStep } from './judge-step.ts';
import { count } from './wording.ts';

/** Why a guard cannot pass at this moment. */
export interface Objection {
  readonly verdict: Verdict;
  readonly reason: string;
  /** Of a failure that is theirs alone. */
  readonly badUnits?: readonly string[];
}

/** Evidence older than so many intervals of its source is stale. */
const staleIntervals = 3;

/** So long less than half of the expected requests may arrive. Milliseconds. */
const shortForMs = 120_000;

const wantedUnits = 20;

/** All that a guard is measured by. */
export interface Judging {
  readonly state: JudgeState;
  readonly config: JudgeConfig;
  readonly step: JudgeStep;
  /** What is known of the current step. */
  readonly known: StepState;
  /** Epoch milliseconds. */
  readonly now: number;
  /** How much more than independent failures the old cohort's scatter; at least 1. */
  readonly dispersion: number;
}

/** No evidence, or none that is fresh. */
export function objectToAge({ state, config, step, now }: Judging): Objection | null {
  if (state.newestAt === null) return { verdict: 'noData', reason: 'no evidence has arrived yet' };
  const staleAfterMs = staleIntervals * sourceOf(config).intervalMs;
  if (now - state.newestAt > staleAfterMs) {
    const age = Math.floor((now - state.newestAt) / 1000);
    const words = `the newest evidence is ${age} s old, ${staleAfterMs / 1000} s is fresh`;
    return { verdict: 'noData', reason: words };
  }
  if (step.sinceRevision !== null) return null;
  return {
    verdict: 'inconclusive',
    reason: "not every instance has acknowledged this step's route yet",
  };
}

/**
 * Nobody, or too few, arrive on the new side. How many should is known of units only: a bucket may
 * have a few of its units on the new side, and the rest on the old.
 */
export function objectToTraffic({ state, config, known, now }: Judging): Objection | null {
  if (known.canary.requests === 0) {
    return { verdict: 'noData', reason: 'no request on the new side in this step yet' };
  }
  if (sourceOf(config).tier !== 'unit') return null;
  const { shortSince, seen, expected } = state.traffic;
  if (shortSince === null || now - shortSince < shortForMs) return null;
  const part = Math.round((100 * seen) / expected);
  const since = Math.floor((now - shortSince) / 1000);
  return {
    verdict: 'noData',
    reason: `only ${part}% of the expected new-side requests arrive, for ${since} s now`,
  };
}

/**
 * How many units of the smaller cohort must have been active in the step. `auto`: half of the active
 * units that the smaller cohort should have, at most 20, at least 1. A ring asks for no more units
 * than it has.
 */
function neededUnits({ state, config, step, known }: Judging): number {
  const { units } = config.evidence.minimum;
  const seen = rowsInEither(known.canary.units, known.baseline.units, state.units.names.length);
  const active = Math.max(activeUnits(state), seen);
  const inSmaller = step.ringUnits ?? (active * Math.min(step.share, 100 - step.share)) / 100;
  const auto = Math.max(1, Math.min(wantedUnits, Math.floor(inSmaller / 2)));
  const needed = units === 'auto' ? auto : units;
  return step.ringUnits === undefined ? needed : Math.max(1, Math.min(needed, step.ringUnits));
}

/** How many of `rows` rows are in at least one of the lists. */
function rowsInEither(a: readonly number[], b: readonly number[], rows: number): number {
  const isIn = zeros(rows);
  for (const row of a) isIn[row] = 1;
  for (const row of b) isIn[row] = 1;
  return sum(isIn);
}

/** Too few requests or units in this step. In a ring the minimum is the ring itself. */
export function objectToMinimum(judging: Judging): Objection | null {
  const { config, step, known } = judging;
  const missing = config.evidence.minimum.requests - known.canary.requests;
  if (missing > 0 && step.ringUnits === undefined) {
    const have = `${known.canary.requests} of ${count(config.evidence.minimum.requests, 'request', 'requests')} on the new side`;
    return {
      verdict: 'inconclusive',
      reason: `${have}${eta(judging, missing, known.canary.requests)}`,
    };
  }
  const needed = neededUnits(judging);
  const active =
    step.ringUnits === undefined
      ? Math.min(known.canary.units.length, known.baseline.units.length)
      : known.canary.units.length;
  if (active >= needed) return null;
  const words = `${active} of ${count(needed, 'unit', 'units')} active in the smaller cohort`;
  return { verdict: 'inconclusive', reason: words };
}

/** `, about 12 s more at this rate`: time until `missing` has come when `have` came in this step. */
export function eta({ known, now }: Judging, missing: number, have: number): string {
  const elapsed = known.firstAt === null ? 0 : (now - known.firstAt) / 1000;
  if (have <= 0 || elapsed <= 0) return '';
  const seconds = Math.ceil((missing / have) * elapsed);
  if (seconds > 100 * 3600) return ', out of reach at this rate';
  return seconds >= 120
    ? `, about ${Math.ceil(seconds / 60)} min more at this rate`
    : `, about ${seconds} s more at this rate`;
}
