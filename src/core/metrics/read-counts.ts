import type { Tier } from '../judge/judge-config.ts';
import type { Cohort, UnitCounts } from '../protocol/evidence.ts';
import { increments, targetsBefore } from './increments.ts';
import type { MetricAnswer, MetricSeries } from './metric-answer.ts';
import type { CountsReading, Doubt } from './metric-reading.ts';
import { doubt, labelsOf, usableNumbers } from './read-value.ts';

/** The unit that all of a cohort is counted as, where nothing tells units apart. */
const everybody = 'all';

/** Answers to the two queries of a source. `from`: start of the window, epoch milliseconds. */
export interface CountsAnswers {
  readonly bad: MetricAnswer;
  readonly total: MetricAnswer;
  readonly from: number;
  readonly shapes: { readonly bad: CountsShape; readonly total: CountsShape };
}

/** `counters`: raw samples, whose growth counts. `window`: one finished number per series. */
export type CountsShape = 'counters' | 'window';

/** Sums by cohort and bucket, by a key that tells both. */
type Tally = ReadonlyMap<string, number>;

interface Tallied {
  readonly kind: 'tallied';
  /** Null without any series. */
  readonly tier: Tier | null;
  readonly tally: Tally;
  readonly newestAt: number | null;
}

/**
 * What went wrong and what happened at all, by cohort and bucket. Series of `bad` that are missing
 * count as 0, since most counters of errors are born with the first error. A sum that tells more
 * things apart than cohort and bucket is a fault of the provider where Crossfade cannot add it up.
 */
export function readCounts(answers: CountsAnswers): CountsReading | Doubt {
  const total = tallied(answers, 'total');
  const bad = tallied(answers, 'bad');
  if (total.kind === 'doubt') return total;
  if (bad.kind === 'doubt') return bad;
  if (total.tier === null || total.newestAt === null) {
    return doubt('noData', '`total` has no result');
  }
  if (bad.tier !== null && bad.tier !== total.tier) {
    return doubt(
      'providerError',
      '`bad` and `total` must both carry the label `bucket`, or neither',
    );
  }
  return {
    kind: 'counts',
    tier: total.tier,
    units: [...total.tally].flatMap(([key, sum]) => unitsOf(key, sum, bad.tally)),
    newestAt: total.newestAt,
  };
}

function unitsOf(key: string, sum: number, bad: Tally): UnitCounts[] {
  const requests = Math.round(sum);
  if (requests === 0) return [];
  const [cohort, bucket] = JSON.parse(key) as [Cohort, string | null];
  const unit = unitNamed(bucket);
  // Two counters of one scrape may be a request apart.
  const failed = Math.min(requests, Math.round(bad.get(key) ?? 0));
  return [{ unit, cohort, requests, failed }];
}

/** What a series counts: one hash bucket, or all of its cohort. */
export function unitOf({ labels }: MetricSeries): string {
  return unitNamed(labels['bucket'] ?? null);
}

function unitNamed(bucket: string | null): string {
  return bucket === null ? everybody : `bucket ${bucket}`;
}

function tallied(answers: CountsAnswers, name: 'bad' | 'total'): Tallied | Doubt {
  const shape = answers.shapes[name];
  const usable = usableNumbers(answers[name]);
  if ('verdict' in usable) return { ...usable, reason: `\`${name}\`: ${usable.reason}` };
  const { list, newestAt } = usable;
  const wrong = faultOf(list, shape);
  if (wrong !== null) return { ...wrong, reason: `\`${name}\`: ${wrong.reason}` };
  const grown =
    shape === 'counters'
      ? growth(answers, list)
      : list.map(({ samples }) => samples.at(-1)?.[1] ?? 0);
  const tally = new Map<string, number>();
  for (const [index, one] of list.entries()) {
    tally.set(keyOf(one), (tally.get(keyOf(one)) ?? 0) + (grown[index] ?? 0));
  }
  return { kind: 'tallied', tier: tierOf(list), tally, newestAt };
}

/** Both answers tell which targets were scraped before. */
function growth(
  { bad, total, from }: CountsAnswers,
  list: readonly MetricSeries[],
): readonly number[] {
  const seen = [bad, total].flatMap((answer) => (answer.kind === 'series' ? answer.series : []));
  return increments(list, from, targetsBefore(seen, from));
}

/** What makes series useless as counts; null when nothing does. */
export function faultOf(list: readonly MetricSeries[], shape: CountsShape): Doubt | null {
  const stranger = list.find(
    ({ labels }) => !['canary', 'baseline'].includes(labels['cohort'] ?? ''),
  );
  if (stranger !== undefined) {
    const words = `the series ${labelsOf(stranger)} has no label \`cohort\` that says canary or baseline`;
    return doubt('providerError', words);
  }
  const odd = list.find(({ samples }) =>
    samples.some(([, value]) => !Number.isFinite(value) || value < 0),
  );
  if (odd !== undefined) {
    const value = odd.samples.find(([, one]) => !Number.isFinite(one) || one < 0)?.[1];
    return doubt('inconclusive', `the series ${labelsOf(odd)} has the value ${value}`);
  }
  const buckets = list.filter(({ labels }) => labels['bucket'] !== undefined).length;
  if (buckets > 0 && buckets < list.length) {
    return doubt('providerError', 'only some of the series carry the label `bucket`');
  }
  if (shape === 'window' && new Set(list.map(keyOf)).size < list.length) {
    const words = 'several series for one cohort and bucket; write `sum by (cohort, bucket) (…)`';
    return doubt('providerError', words);
  }
  return null;
}

function keyOf({ labels }: MetricSeries): string {
  return JSON.stringify([labels['cohort'], labels['bucket'] ?? null]);
}

/** How finely series tell units apart; null without any. */
export function tierOf(list: readonly MetricSeries[]): Tier | null {
  const first = list[0];
  if (first === undefined) return null;
  return first.labels['bucket'] === undefined ? 'total' : 'bucket';
}
