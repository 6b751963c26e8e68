import { Random } from '../../../src/core/simulation/random.ts';
import { mannWhitney } from './mann-whitney.ts';
import { earlier, type Minute } from './minutes.ts';

/** Quantile of the normal distribution for Kayenta's confidence level of 98 %. */
const z98 = 2.326347874040841;
const tolerance = 0.25;
const judgedEvery = 600;

/** What Kayenta's classifier says of one metric for which higher is worse. */
export type KayentaVerdict = 'Pass' | 'High' | 'Nodata';

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function sameValues(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  const sorted = b.toSorted((x, y) => x - y);
  return a.toSorted((x, y) => x - y).every((value, index) => value === sorted[index]);
}

/** Two different constants cannot be ranked against each other; Kayenta adds a little noise. */
function shaken(values: readonly number[]): readonly number[] {
  const random = new Random(1);
  return values.map((value) => value + 1e-5 * value * random.normal());
}

/** How many times the control the experiment is, on average; NaN where either is 0. */
function effectOf(experiment: readonly number[], control: readonly number[]): number {
  const [x, y] = [mean(experiment), mean(control)];
  return x === 0 || y === 0 ? Number.NaN : x / y;
}

/**
 * One metric by the rules of Kayenta's NetflixACAJudge-v1.0 with direction `increase`, NaN removed,
 * outliers kept, effect size 1 (spinnaker/kayenta, `NetflixACAJudge.scala`, `MannWhitneyClassifier`).
 */
export function classify(
  experiment: readonly number[],
  control: readonly number[],
): KayentaVerdict {
  if (experiment.length === 0 || control.length === 0) return 'Nodata';
  if (sameValues(experiment, control)) return 'Pass';
  const constant = new Set(experiment).size === 1 && new Set(control).size === 1;
  const [x, y] = constant ? [shaken(experiment), shaken(control)] : [experiment, control];
  const test = mannWhitney(x, y, z98);
  if (test === null || test.lower <= tolerance * Math.abs(test.estimate)) return 'Pass';
  return effectOf(x, y) < 1 ? 'Pass' : 'High';
}

interface Point {
  readonly at: number;
  readonly experiment: number;
  readonly control: number;
}

/** When the first judgement of a metric fails: every ten minutes, over all minutes so far. */
function judge(points: readonly Point[]): number | null {
  const last = points.at(-1)?.at ?? 0;
  for (let at = judgedEvery; at <= last; at += judgedEvery) {
    const known = points.filter((point) => point.at <= at);
    const verdict = classify(
      known.map(({ experiment }) => experiment).filter(Number.isFinite),
      known.map(({ control }) => control).filter(Number.isFinite),
    );
    // The metric is critical: anything but a pass, a lack of data too, scores 0.
    if (verdict !== 'Pass') return at;
  }
  return null;
}

/**
 * Kayenta on failures and p99 of each minute, both critical. In % and milliseconds, because its root
 * finder stops at 0.0001 whatever the unit, and small numbers drown in that.
 */
export function kayenta(minutes: readonly Minute[]): number | null {
  const percent = (bad: number, total: number): number =>
    total === 0 ? Number.NaN : (100 * bad) / total;
  const errors = minutes.map(({ at, newTotal, newBad, oldTotal, oldBad }) => ({
    at,
    experiment: percent(newBad, newTotal),
    control: percent(oldBad, oldTotal),
  }));
  const durations = minutes.flatMap(({ at, newP99, oldP99 }) =>
    newP99 === null || oldP99 === null
      ? []
      : { at, experiment: 1_000 * newP99, control: 1_000 * oldP99 },
  );
  return earlier(judge(errors), judge(durations));
}
