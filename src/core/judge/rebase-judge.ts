import { canonical } from '../canonical.ts';
import { rebaseBaseline } from './baseline/rebase-baseline.ts';
import { baselineStreams } from './baseline/baseline-streams.ts';
import { type JudgeConfig, toleratedOfUnits, watchesUnits } from './judge-config.ts';
import { beginGuard, type JudgeState, type StepState } from './judge-state.ts';
import { withoutCounts } from './step-state.ts';

/** Whether a guard goes on as it was, by its name. */
export type IsKept = (guard: string) => boolean;

/**
 * The judge's memory for other guards. What is known of a guard that is kept stays to the last bit; every other
 * one begins with nothing, and then so does the count of the step's requests, so that nobody moves on by evidence
 * that it has not seen.
 */
export function rebaseJudge(
  state: JudgeState,
  before: JudgeConfig,
  after: JudgeConfig,
  isKept: IsKept,
): JudgeState {
  const placeOf = (guard: string): number =>
    isKept(guard) ? before.guards.findIndex(({ name }) => name === guard) : -1;
  const places = after.guards.map(({ name }) => placeOf(name));
  return {
    ...state,
    guards: after.guards.map(({ compare }, index) => {
      return state.guards[places[index] ?? -1] ?? beginGuard(compare);
    }),
    step: state.step === null ? null : rebaseStep(state.step, places),
    failures: state.failures.filter(({ guard }) => placeOf(guard) >= 0),
    accused: state.accused.filter(({ guard }) => placeOf(guard) >= 0),
    unitGuard: isSameUnitWatch(before, after) ? state.unitGuard : [],
    baseline: rebaseBaseline(state.baseline, baselineStreams(before), baselineStreams(after)),
  };
}

/** Whether units are watched one by one as before. */
export function isSameUnitWatch(before: JudgeConfig, after: JudgeConfig): boolean {
  if (!watchesUnits(before) || !watchesUnits(after)) return false;
  return canonical(toleratedOfUnits(before)) === canonical(toleratedOfUnits(after));
}

function rebaseStep(step: StepState, places: readonly number[]): StepState {
  const counted = places.every((place) => place >= 0) ? step : withoutCounts(step);
  return { ...counted, notWorse: places.map((place) => step.notWorse[place] ?? []) };
}
