import type { ErrorsGuard } from '../policy/guard.ts';
import {
  harmRates,
  harmWeights,
  notWorseRates,
  notWorseWeights,
} from '../statistics/alternatives.ts';
import { zeros } from '../statistics/column.ts';
import { wideningFactor } from '../statistics/comparison-error.ts';
import {
  advanceProcess,
  type EProcess,
  logEvidence,
  newProcess,
  processPlan,
} from '../statistics/e-process.ts';
import { logAverage, logSumExp } from '../statistics/log-space.ts';
import { logPoissonE } from '../statistics/poisson-e-variable.ts';
import { type Margin, toleratedRate, type TwoStreams } from '../statistics/two-streams.ts';
import type { Precision } from './units/precision.ts';
import type { StreamKind } from './units/unit-columns.ts';

/**
 * Which operations may be harmed: all alike, reads alone or writes alone. Of a pattern without traffic
 * on both sides the bets go on all operations, so a source that tells no kinds loses nothing by it.
 */
const patterns: readonly (readonly StreamKind[])[] = [
  ['read', 'write', 'unnamed'],
  ['read', 'unnamed'],
  ['write', 'unnamed'],
];

/** Harm shows with the first exposure or at any time after it: some of the stake for each. */
const harmPlan = processPlan({
  weights: patterns.flatMap(() => harmWeights.map((weight) => weight / patterns.length)),
  row: harmWeights.length,
  first: 0.3,
});

/** A step's proof begins with the step. */
const notWorsePlan = processPlan({ weights: notWorseWeights, first: 0.9 });

/** While caches are cold, this much more is tolerated: 2 percentage points. */
const warmupAdd = 0.02;

/** Part of the guard's stake that is kept for catastrophes while caches are cold. */
const warmupWeight = 0.1;

/** Evidence for harm: beyond the tolerance, and beyond the wide one that the warm-up has. */
export interface ErrorsHarm {
  readonly usual: EProcess;
  readonly warming: EProcess;
}

export const noHarm: ErrorsHarm = { usual: newProcess, warming: newProcess };

/** The new side's units by columns: requests, exposures, failures that count. */
export interface CanaryColumns {
  readonly requests: readonly number[];
  readonly exposures: readonly number[];
  readonly votes: readonly number[];
}

/**
 * Operations of both cohorts in a tick. `counts` are votes of exposures, not failures of requests (see
 * `units/`); `oldRate` (votes per exposure) comes from the ticks before.
 */
export interface ErrorsStream {
  readonly counts: TwoStreams;
  readonly newRequests: number;
  readonly oldRate: number;
  readonly canary: CanaryColumns;
}

/** Operations of one kind. */
export interface KindStream extends ErrorsStream {
  readonly kind: StreamKind;
}

/** One tick for an errors guard: all operations together, and those of each kind that was seen. */
export interface ErrorsTick extends ErrorsStream {
  readonly seconds: number;
  readonly warming: boolean;
  /** By the ticks before. */
  readonly precision: Precision;
  readonly kinds: readonly KindStream[];
}

/** The tick as if one unit had not been on the new side; the same tick where it made no request. */
export function withoutUnit(tick: ErrorsTick, row: number): ErrorsTick {
  if ((tick.canary.requests[row] ?? 0) === 0) return tick;
  const { seconds, warming, precision, oldRate, canary } = tick;
  const kinds = tick.kinds.map((stream): KindStream => {
    const { counts, newRequests } = countsWithout(stream, row);
    const { kind, oldRate: usual, canary: columns } = stream;
    return { counts, newRequests, oldRate: usual, canary: columns, kind };
  });
  const { counts, newRequests } = countsWithout(tick, row);
  return { counts, newRequests, oldRate, canary, seconds, warming, precision, kinds };
}

function countsWithout(
  { canary, counts, newRequests: all }: ErrorsStream,
  row: number,
): Pick<ErrorsStream, 'counts' | 'newRequests'> {
  const { newTotal, newBad, oldTotal, oldBad } = counts;
  const newRequests = all - (canary.requests[row] ?? 0);
  const rest = newRequests === 0 ? 0 : newTotal - (canary.exposures[row] ?? 0);
  return {
    newRequests,
    counts: {
      newTotal: Math.max(0, rest),
      newBad: newBad - (canary.votes[row] ?? 0),
      oldTotal,
      oldBad,
    },
  };
}

/**
 * What is tolerated per exposure. `add` is meant per request, and a cohort of careful units has fewer
 * exposures than requests.
 */
function marginOf({ counts, newRequests }: ErrorsStream, ratio: number, add: number): Margin {
  const { newTotal } = counts;
  return { ratio, add: newTotal === 0 ? add : (add * newRequests) / newTotal };
}

/** What is tolerated beyond the old side's rate, and by which part of it units are known no better. */
interface Allowance extends Margin {
  readonly open: number;
}

/**
 * ln E of operations for each size of harm. What is not known of the units is allowed for at the old
 * side's usual rate, of which alone the past could have told; a wider ratio would allow for it in an
 * incident as well, which strikes by its own rules.
 */
function logStreamE(stream: ErrorsStream, { ratio, add, open }: Allowance): readonly number[] {
  const { counts, oldRate } = stream;
  const tolerated = marginOf(stream, ratio, add);
  const margin = { ratio, add: tolerated.add + open * ratio * oldRate };
  const logE: number[] = [];
  for (const newRate of harmRates(toleratedRate(oldRate, margin))) {
    logE.push(logPoissonE(counts, { newRate, oldRate }, margin, 'harm'));
  }
  return logE;
}

/**
 * ln E of a tick for each size of harm, of each pattern, beyond a tolerance or, in the warm-up, beyond one
 * that is 2 points wider. Each kind must keep to the tolerance by itself; given the past the kinds
 * are independent, so the product of their e-variables is one.
 */
export function logHarmE(
  { ratio, add }: Margin,
  { kinds, precision, warming }: ErrorsTick,
): readonly number[] {
  const open = wideningFactor(precision.deviation) - 1;
  const allowance = { ratio, add: warming ? add + warmupAdd : add, open };
  const logE = zeros(patterns.length * harmWeights.length);
  for (const stream of kinds) {
    const logs = logStreamE(stream, allowance);
    for (let pattern = 0; pattern < patterns.length; pattern += 1) {
      if (!isBetOn(stream, patterns[pattern] ?? [], kinds)) continue;
      for (let k = 0, at = pattern * logs.length; k < logs.length; k += 1, at += 1) {
        logE[at] = (logE[at] ?? 0) + (logs[k] ?? 0);
      }
    }
  }
  return logE;
}

/** Whether a pattern bets on a kind in this tick: on its own that are compared, else on all. */
function isBetOn(
  stream: KindStream,
  pattern: readonly StreamKind[],
  kinds: readonly KindStream[],
): boolean {
  return isCompared(stream, pattern) || !kinds.some((other) => isCompared(other, pattern));
}

function isCompared({ kind, counts }: KindStream, pattern: readonly StreamKind[]): boolean {
  return counts.newTotal > 0 && counts.oldTotal > 0 && pattern.includes(kind);
}

/**
 * The guard's evidence for harm after a tick with `logE` (of `logHarmE`). During the warm-up only a
 * process of its own bets, beyond the wider tolerance; the usual one waits with all its stakes.
 */
export function advanceHarm(
  { usual, warming }: ErrorsHarm,
  tick: ErrorsTick,
  logE: readonly number[],
): ErrorsHarm {
  const { seconds, precision } = tick;
  const { dispersion } = precision;
  return {
    usual: advanceProcess(usual, harmPlan, {
      seconds,
      dispersion,
      logE: tick.warming ? [] : logE,
    }),
    warming: tick.warming
      ? advanceProcess(warming, harmPlan, { seconds, dispersion, logE })
      : warming,
  };
}

/** ln of the guard's evidence for harm; a policy without a warm-up keeps nothing for it. */
export function logErrorsHarm({ usual, warming }: ErrorsHarm, warmupMs: number): number {
  const log = logEvidence(usual, harmPlan);
  if (warmupMs === 0) return log;
  return logAverage([
    { weight: 1 - warmupWeight, log },
    { weight: warmupWeight, log: logEvidence(warming, harmPlan) },
  ]);
}

/** The guard's process for "not worse" after a tick; the tolerated ratio is narrowed instead. */
export function advanceErrorsNotWorse(
  process: EProcess,
  guard: ErrorsGuard,
  tick: ErrorsTick,
): EProcess {
  const { counts, oldRate, precision, seconds } = tick;
  const { ratio, add } = guard.tolerate;
  const margin = marginOf(tick, ratio / wideningFactor(precision.deviation), add);
  const logE = notWorseRates(oldRate, margin).map((newRate) =>
    logPoissonE(counts, { newRate, oldRate }, margin, 'notWorse'),
  );
  return advanceProcess(process, notWorsePlan, { seconds, logE, dispersion: precision.dispersion });
}

/** ln of the guard's evidence for "not worse". */
export function logErrorsNotWorse(process: EProcess): number {
  return logEvidence(process, notWorsePlan);
}

/** Words for the patterns of operations that are not all of them, aligned with `patterns`. */
const names: readonly (string | null)[] = [null, 'reads', 'writes'];

/** Nearly all evidence must be of one pattern before it is named. */
const plain = 0.9;

/** Which operations are harmed, in words, where the evidence is nearly all of one kind; null otherwise. */
export function harmedOperations({ usual, warming }: ErrorsHarm): string | null {
  const parts = patterns.map((_, pattern) => {
    const grown = (process: EProcess): readonly number[] =>
      harmWeights.map((weight, k) => {
        return Math.log(weight) + (process.grown[pattern * harmWeights.length + k] ?? -Infinity);
      });
    return logSumExp([...grown(usual), ...grown(warming)]);
  });
  const whole = logSumExp(parts);
  const most = parts.findIndex((part) => part - whole > Math.log(plain));
  return names[most] ?? null;
}
