import type { ErrorsGuard } from '../policy/guard.ts';
import { greatest } from '../statistics/cusum.ts';
import { type EProcess, newProcess } from '../statistics/e-process.ts';
import { type RatioInterval, ratioInterval } from '../statistics/ratio-interval.ts';
import { toleratedRate } from '../statistics/two-streams.ts';
import { wilsonInterval } from '../statistics/wilson-interval.ts';
import { logErrorsHarm, logErrorsNotWorse } from './errors-judge.ts';
import { activeUnits, type GuardState, type JudgeState } from './judge-state.ts';
import type { Measurement } from './measurement.ts';
import type { Judging } from './objection.ts';
import type { SentBack } from './sent-back.ts';
import { contributionsOf } from './units/contributions.ts';
import { harmedRows } from './units/unit-guard.ts';
import { count, percent } from './wording.ts';

/** What a guard shows, whatever its verdict. `seen` is said in words, empty when there is nothing. */
export type Figures = Pick<
  Measurement,
  | 'canary'
  | 'baseline'
  | 'limit'
  | 'unit'
  | 'ratio'
  | 'samples'
  | 'contributions'
  | 'harmedUnits'
  | 'logHarm'
  | 'logNotWorse'
> & {
  readonly seen: string;
  /** ln of the evidence for harm had its onset been known; absent where that is not kept. */
  readonly suspicion?: number;
};

/** Of the units that are named as harmed, at most this part is named wrongly, in the long run. */
const falselyNamed = 0.1;

/** Names beyond these are counted. */
const mostNamed = 5;

/**
 * Rates of the current step, side by side, and their ratio since the first exposure. What units did
 * before they were sent back alone is said beside it, as the judge does not count it either.
 */
export function figuresOfErrors(
  { known, state, config, dispersion }: Judging,
  guard: ErrorsGuard,
  { evidence }: Extract<GuardState, { kind: 'errors' }>,
  notWorse: readonly EProcess[],
): Figures {
  const { baseline, sentBack } = known;
  const canary = {
    requests: known.canary.requests - sentBack.requests,
    failed: known.canary.failed - sentBack.failed,
  };
  const newRate = canary.requests === 0 ? null : canary.failed / canary.requests;
  const oldRate = baseline.requests === 0 ? null : baseline.failed / baseline.requests;
  const ratio = ratioInterval(evidence.ratio, dispersion);
  const contributions = contributionsOf(evidence, state.units, config.evidence.warmupMs);
  const limit = oldRate === null ? null : toleratedRate(oldRate, guard.tolerate);
  const harmedUnits = harmedByTheirPast(state);
  return {
    canary: newRate,
    baseline: oldRate,
    limit,
    unit: 'ratio',
    ...(ratio === null ? {} : { ratio }),
    ...(contributions.length === 0 ? {} : { contributions }),
    ...(harmedUnits.length === 0 ? {} : { harmedUnits }),
    samples: {
      canary: canary.requests,
      baseline: baseline.requests,
      units: known.canary.units.length,
    },
    suspicion: greatest(evidence.recent),
    logHarm: logErrorsHarm(evidence.harm, config.evidence.warmupMs),
    logNotWorse: logErrorsNotWorse(notWorse[0] ?? newProcess),
    seen: [
      newRate === null ? '' : words(canary, newRate, oldRate, limit) + times(ratio),
      aside(sentBack),
      unlikeTheirPast(harmedUnits),
    ]
      .filter((part) => part !== '')
      .join('; '),
  };
}

function words(
  canary: { readonly requests: number; readonly failed: number },
  newRate: number,
  oldRate: number | null,
  limit: number | null,
): string {
  const [low, high] = wilsonInterval(canary.requests, canary.failed);
  const requests = count(canary.requests, 'request', 'requests');
  const seen = `${percent(newRate)} of ${requests} failed on the new side (${percent(low)} to ${percent(high)})`;
  if (oldRate === null || limit === null) return seen;
  return `${seen}, ${percent(oldRate)} on the old; ${percent(limit)} is tolerated`;
}

/** `without bigbank, sent back alone: 412 of its 430 requests failed`. */
function aside({ units, requests, failed }: SentBack): string {
  const names = [...new Set(units)];
  if (names.length === 0) return '';
  const whose = names.length === 1 ? 'its' : 'their';
  const made = count(requests, 'request', 'requests');
  return `without ${names.join(' and ')}, sent back alone: ${failed} of ${whose} ${made} failed`;
}

function harmedByTheirPast(state: JudgeState): readonly string[] {
  const rows = harmedRows(state.unitGuard, activeUnits(state), falselyNamed);
  return rows.map((row) => state.units.names[row] ?? '');
}

/** `in more minutes than its past explains failures struck acme`. */
function unlikeTheirPast(units: readonly string[]): string {
  if (units.length === 0) return '';
  const named = units.slice(0, mostNamed);
  const more = units.length > mostNamed ? [`${units.length - mostNamed} more`] : [];
  const whose = units.length === 1 ? 'its' : 'their';
  return `in more minutes than ${whose} past explains failures struck ${[...named, ...more].join(' and ')}`;
}

/** An interval whose ends differ by more than this factor says nothing to a person. */
const widestShown = 1_000;

/** `; 1.4 times as often as on the old (0.9 to 2.1), each unit held to its own past`. */
function times(interval: RatioInterval | null): string {
  if (interval === null || interval.high > widestShown * interval.low) return '';
  const [ratio, low, high] = [interval.ratio, interval.low, interval.high].map(factor);
  return `; ${ratio} times as often as on the old (${low} to ${high}), each unit held to its own past`;
}

function factor(value: number): string {
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(2)));
}
