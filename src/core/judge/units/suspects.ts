import type { ErrorsGuard } from '../../policy/guard.ts';
import { advanceCusum, type Cusum, noCusum } from '../../statistics/cusum.ts';
import type { EProcess } from '../../statistics/e-process.ts';
import { addToRatio, noRatio, type RatioSums } from '../../statistics/ratio-interval.ts';
import {
  advanceHarm,
  type ErrorsHarm,
  type ErrorsTick,
  logErrorsHarm,
  logHarmE,
  noHarm,
  withoutUnit,
} from '../errors-judge.ts';

/** A unit, by row, and the evidence as it would be had the unit never been exposed. */
export interface Suspect {
  readonly row: number;
  readonly without: ErrorsHarm;
  /** Whether the others fail oftener than the old side, tolerance or not. */
  readonly others: Cusum;
  readonly ratio: RatioSums;
}

/** Evidence for harm of an errors guard. */
export interface ErrorsEvidence {
  readonly harm: ErrorsHarm;
  /** The same as by a judge that knew the onset. */
  readonly recent: Cusum;
  /** The same again as if failures did not cluster. */
  readonly undivided: Cusum;
  /** New rate over old rate since the first exposure, for people. */
  readonly ratio: RatioSums;
  /** The same without one unit, for each that may be the only one harmed. */
  readonly suspects: readonly Suspect[];
}

export const noEvidence: ErrorsEvidence = {
  harm: noHarm,
  recent: noCusum,
  undivided: noCusum,
  ratio: noRatio,
  suspects: [],
};

/** So many units are suspected at a time. */
const mostSuspects = 16;

/** Rows that are no suspects yet whose failures in this tick exceed what is usual the most. */
function erring(tick: ErrorsTick, known: ReadonlySet<number>): readonly number[] {
  const { votes, exposures } = tick.canary;
  const excess: { row: number; by: number }[] = [];
  for (let row = 0; row < votes.length; row += 1) {
    const failed = votes[row] ?? 0;
    if (failed === 0 || known.has(row)) continue;
    excess.push({ row, by: failed - tick.oldRate * (exposures[row] ?? 0) });
  }
  return excess
    .toSorted((a, b) => b.by - a.by || a.row - b.row)
    .slice(0, mostSuspects)
    .map(({ row }) => row);
}

/**
 * The evidence after a tick. A unit is suspected from its first failure on; until then it could only
 * speak against harm, so the evidence with all units is no less than that without it. Of many suspects
 * those without whom the least evidence is left are kept.
 *
 * If one unit misbehaves in any way at all and the rest are well, the evidence without that unit is a
 * supermartingale, so the least of all these exceeds 1/α with probability at most α. Unlike a process
 * that leaves out in each tick the unit that was worst so far, nothing of what a unit did before it was
 * noticed stays in.
 */
export function advanceEvidence(
  { harm, recent, undivided, ratio, suspects }: ErrorsEvidence,
  guard: ErrorsGuard,
  tick: ErrorsTick,
): ErrorsEvidence {
  const { tolerate } = guard;
  const { dispersion } = tick.precision;
  const logE = logHarmE(tolerate, tick);
  const logBeyondOld = logHarmE(beyondOld(tolerate), tick);
  const fresh = erring(tick, new Set(suspects.map(({ row }) => row)));
  const all = [
    ...suspects,
    ...fresh.map((row) => ({ row, without: harm, others: noCusum, ratio })),
  ];
  const advanced = all.map((suspect): Suspect => {
    const rest = withoutUnit(tick, suspect.row);
    // A suspect that made no request in this tick leaves it as it is.
    const isIdle = rest === tick;
    const logRest = isIdle ? logE : logHarmE(tolerate, rest);
    const logOthers = isIdle ? logBeyondOld : logHarmE(beyondOld(tolerate), rest);
    return {
      row: suspect.row,
      without: advanceHarm(suspect.without, rest, logRest),
      others: advanceCusum(suspect.others, logOthers, dispersion),
      ratio: addToRatio(suspect.ratio, rest.counts),
    };
  });
  return {
    harm: advanceHarm(harm, tick, logE),
    recent: advanceCusum(recent, logE, dispersion),
    undivided: advanceCusum(undivided, logE, 1),
    ratio: addToRatio(ratio, tick.counts),
    suspects: fewest(advanced),
  };
}

/** The old side's rate as the limit, but for the factor that is tolerated. */
function beyondOld({ ratio }: ErrorsGuard['tolerate']): ErrorsGuard['tolerate'] {
  return { ratio, add: 0 };
}

function fewest(suspects: readonly Suspect[]): readonly Suspect[] {
  if (suspects.length <= mostSuspects) return suspects;
  return suspects
    .map((suspect) => ({ suspect, log: logErrorsHarm(suspect.without, 0) }))
    .toSorted((a, b) => a.log - b.log || a.suspect.row - b.suspect.row)
    .slice(0, mostSuspects)
    .map(({ suspect }) => suspect);
}

/**
 * The evidence once a unit is on the old side again for good: it goes on as if the unit had never been
 * exposed, and so does that without a second unit (as nearly as can be told from the two; never more
 * than either).
 */
export function leaveOut(evidence: ErrorsEvidence, row: number): ErrorsEvidence {
  const { suspects } = evidence;
  const gone = suspects.find((suspect) => suspect.row === row);
  if (gone === undefined) return evidence;
  const others = suspects.filter((suspect) => suspect.row !== row);
  return {
    harm: gone.without,
    recent: noCusum,
    undivided: noCusum,
    ratio: gone.ratio,
    suspects: others.map(({ row: other }) => ({
      row: other,
      without: harmWithout(evidence, [row, other]),
      others: othersWithout(evidence, [row, other]),
      ratio: gone.ratio,
    })),
  };
}

/** Evidence for harm as if the units of at most two rows had never been exposed; of no suspect nothing is known. */
export function harmWithout(
  { harm, suspects }: ErrorsEvidence,
  rows: readonly number[],
): ErrorsHarm {
  const [one, other] = suspects.filter(({ row }) => rows.includes(row));
  if (one === undefined) return harm;
  if (other === undefined) return one.without;
  return {
    usual: withoutBoth(harm.usual, one.without.usual, other.without.usual),
    warming: withoutBoth(harm.warming, one.without.warming, other.without.warming),
  };
}

/** Whether the others than at most two suspects fail oftener than the old side, tolerance or not. */
export function othersWithout(
  { recent, suspects }: ErrorsEvidence,
  rows: readonly number[],
): Cusum {
  const [one, other] = suspects.filter(({ row }) => rows.includes(row));
  if (one === undefined) return noCusum;
  if (other === undefined) return one.others;
  // What is beyond the tolerance is less than what is beyond the old side, so this errs upwards.
  return one.others.map((log, k) => {
    const rest = other.others[k] ?? 0;
    return Math.max(0, Math.min(log, rest, log + rest - (recent[k] ?? 0)));
  });
}

/** A process without two units, from those with all and without either. */
function withoutBoth(all: EProcess, one: EProcess, other: EProcess): EProcess {
  const grown = other.grown.map((logOther, k) => {
    const [logAll, logOne] = [all.grown[k] ?? null, one.grown[k] ?? null];
    if (logAll === null || logOne === null || logOther === null) return null;
    return Math.min(logOther, logOne, logOther + logOne - logAll);
  });
  return { elapsed: other.elapsed, grown };
}
