import type { MismatchesGuard } from '../policy/guard.ts';
import { type EProcess, logEvidence, newProcess } from '../statistics/e-process.ts';
import type { Figures } from './figures-of-errors.ts';
import type { GuardState } from './judge-state.ts';
import { mismatchHarmPlan, mismatchNotWorsePlan } from './mismatches-judge.ts';
import { eta, type Judging, type Objection } from './objection.ts';
import { count, percent } from './wording.ts';

/** Comparisons of the current step. */
export function figuresOfMismatches(
  { known }: Judging,
  guard: MismatchesGuard,
  state: Extract<GuardState, { kind: 'mismatches' }>,
  notWorse: readonly EProcess[],
): Figures {
  const { compared, mismatched, comparedUnits } = known;
  const isCounted = guard.atMost === 0;
  const rate = compared === 0 ? null : mismatched / compared;
  return {
    canary: isCounted ? mismatched : rate,
    baseline: null,
    limit: guard.atMost,
    unit: isCounted ? 'count' : 'ratio',
    samples: { canary: compared, baseline: 0, units: comparedUnits.length },
    logHarm: isCounted ? null : logEvidence(state.harm, mismatchHarmPlan),
    logNotWorse: isCounted ? null : logEvidence(notWorse[0] ?? newProcess, mismatchNotWorsePlan),
    seen: compared === 0 ? '' : words(guard, compared, mismatched, comparedUnits.length),
  };
}

function words(
  guard: MismatchesGuard,
  compared: number,
  mismatched: number,
  units: number,
): string {
  const found = mismatched === 0 ? 'no mismatch' : count(mismatched, 'mismatch', 'mismatches');
  const seen = `${found} in ${count(compared, 'comparison', 'comparisons')} of ${count(units, 'unit', 'units')}`;
  return guard.atMost === 0 ? seen : `${seen}; ${percent(guard.atMost)} is tolerated`;
}

/** Who writes each unit right after reading it never gets a comparison, and is to know why. */
function voidWords(voided: number): string {
  if (voided === 0) return '';
  const were = count(voided, 'comparison was', 'comparisons were');
  return `: ${were} void, since the unit was written meanwhile, or a side failed, was late or answers differently each time`;
}

/** Too few comparisons, or of too few units, in this step. */
export function objectToComparisons(judging: Judging, guard: MismatchesGuard): Objection | null {
  const { compared, comparedUnits, voided = 0 } = judging.known;
  if (compared === 0) {
    const reason = `nothing was compared in this step yet${voidWords(voided)}`;
    return { verdict: 'noData', reason };
  }
  const { atLeast, units } = guard.compared;
  if (compared < atLeast) {
    const more = eta(judging, atLeast - compared, compared);
    return { verdict: 'inconclusive', reason: `${compared} of ${atLeast} comparisons${more}` };
  }
  if (comparedUnits.length >= units) return null;
  const reason = `comparisons of ${comparedUnits.length} of ${count(units, 'unit', 'units')}`;
  return { verdict: 'inconclusive', reason };
}
