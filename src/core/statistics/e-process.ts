import { logAddExp, logSumExp } from './log-space.ts';
import { remembered } from './remembered.ts';

/** What an e-process bets on, fixed before it starts. */
export interface ProcessPlan extends PlannedBets {
  /** ln of each weight. */
  readonly logWeights: readonly number[];
}

/** What a plan is made from. */
export interface PlannedBets {
  /** How the stake is divided among the alternatives; sums to 1. */
  readonly weights: readonly number[];
  /** Part of the stake that is placed at the first tick; the rest is placed later, bit by bit. */
  readonly first: number;
  /** Onsets within the first seconds share the largest stakes: within so many; 5 when left out. */
  readonly scaleSeconds?: number;
  /**
   * The alternatives come in rows of so many that often see the same: what has been worked out for the
   * row before is taken over where nothing differs. Spares time only; left out: one row.
   */
  readonly row?: number;
}

export function processPlan(bets: PlannedBets): ProcessPlan {
  return { ...bets, logWeights: bets.weights.map((weight) => Math.log(weight)) };
}

/** An e-process so far; plain JSON, bit for bit. */
export interface EProcess {
  /** Seconds since the first tick; null before it. */
  readonly elapsed: number | null;
  /** Per alternative: ln of what its stakes have become; null for nothing. */
  readonly grown: readonly (number | null)[];
}

/** A tick as the process sees it. */
export interface ProcessTick {
  /** Time since the tick before, in seconds. */
  readonly seconds: number;
  /** ln E of this tick for each alternative; empty for a tick without evidence. */
  readonly logE: readonly number[];
  /**
   * At least 1, known before this tick: how much more than independent events the counts scatter.
   * E^(1/dispersion) is an e-variable when E is one, by Jensen's inequality.
   */
  readonly dispersion?: number;
}

export const newProcess: EProcess = { elapsed: null, grown: [] };

const defaultScaleSeconds = 5;

/**
 * How a plan's stake is placed in time. The part that is not placed yet falls like 1/log of the time:
 * harm that begins after `t` seconds is met by a stake of about 1/(t log² t) per second, near the best
 * possible for an onset of which not even the scale is known. A constant hazard would have placed
 * everything after a few hours and then be blind.
 *
 * Many processes of one plan go through the same times together, so the last answers are kept.
 */
class Stakes {
  readonly #first: number;
  readonly #scaleSeconds: number;
  #placedFrom: number | null = Number.NaN;
  #placedTo = Number.NaN;
  #logPlaced = 0;
  #leftAt = Number.NaN;
  #logLeft = 0;

  constructor({ first, scaleSeconds = defaultScaleSeconds }: PlannedBets) {
    this.#first = first;
    this.#scaleSeconds = scaleSeconds;
  }

  #unplaced(elapsed: number | null): number {
    return elapsed === null
      ? 1
      : (1 - this.#first) / (1 + Math.log1p(elapsed / this.#scaleSeconds));
  }

  /** ln of what is placed between two times, in seconds since the first tick; null before it. */
  logPlaced(from: number | null, to: number): number {
    if (from !== this.#placedFrom || to !== this.#placedTo) {
      this.#logPlaced = Math.log(this.#unplaced(from) - this.#unplaced(to));
      this.#placedFrom = from;
      this.#placedTo = to;
    }
    return this.#logPlaced;
  }

  /** ln of what is not placed yet. */
  logLeft(elapsed: number): number {
    if (elapsed !== this.#leftAt) {
      this.#logLeft = Math.log(this.#unplaced(elapsed));
      this.#leftAt = elapsed;
    }
    return this.#logLeft;
  }
}

const stakesOf = remembered((plan: ProcessPlan) => new Stakes(plan));

/**
 * The process after one more tick. First new stakes are placed, then all placed ones are multiplied
 * by their E: a restart mixture (Shiryaev 1963; Shin, Ramdas & Rinaldo 2024, *E-detectors*) over a
 * grid of effects. Ticks without evidence place stakes too. The sum of all stakes is 1, so the
 * evidence stays a nonnegative supermartingale that starts at 1, and exceeds 1/α at any time with
 * probability at most α (Ville 1939).
 */
export function advanceProcess(process: EProcess, plan: ProcessPlan, tick: ProcessTick): EProcess {
  const elapsed = process.elapsed === null ? 0 : process.elapsed + tick.seconds;
  const stake = stakesOf(plan).logPlaced(process.elapsed, elapsed);
  const dispersion = tick.dispersion ?? 1;
  const row = plan.row ?? plan.weights.length;
  const grown = process.grown.slice();
  for (let k = 0; k < plan.weights.length; k += 1) {
    const above = k - row;
    if (above >= 0 && isAlike(process, tick, k, above)) {
      grown[k] = grown[above] ?? null;
      continue;
    }
    const placed = logAddExp(grown[k] ?? -Infinity, stake);
    const now = placed + (tick.logE[k] ?? 0) / dispersion;
    grown[k] = now === -Infinity ? null : now;
  }
  return { elapsed, grown };
}

/** Whether two alternatives stand alike and see the same. */
function isAlike({ grown }: EProcess, { logE }: ProcessTick, one: number, other: number): boolean {
  return grown[one] === grown[other] && logE[one] === logE[other];
}

/** ln of the evidence so far: ln(unplaced + Σ weight × grown). 0 before the first tick. */
export function logEvidence(process: EProcess, plan: ProcessPlan): number {
  if (process.elapsed === null) return 0;
  const { logWeights } = plan;
  const logs = logWeights.slice();
  for (let k = 0; k < logs.length; k += 1) {
    logs[k] = (logWeights[k] ?? 0) + (process.grown[k] ?? -Infinity);
  }
  return logSumExp(logs, stakesOf(plan).logLeft(process.elapsed));
}
