import type { RatioInterval } from '../statistics/ratio-interval.ts';
import type { Verdict } from './verdict.ts';

/** A unit of the new side, what it lately did there, and what the evidence for harm would be without it. */
export interface Contribution {
  readonly unit: string;
  readonly requests: number;
  readonly failed: number;
  readonly logWithout: number;
}

/** One evaluation of a guard, complete enough to be explained to whoever was woken by it. */
export interface Measurement {
  readonly guard: string;
  readonly kind: 'compare' | 'threshold';
  readonly verdict: Verdict;
  /** A failure that rests on evidence too coarse to act on: it holds, whatever the policy says. */
  readonly advisory?: boolean;
  /** A failure without which nothing would fail: these units are bad, the others are not. */
  readonly badUnits?: readonly string[];
  /** Quarantined units that go on failing on the old side: not the new side's fault. */
  readonly releasedUnits?: readonly string[];
  /** Quarantined units that fail no more on the old side: the new side's fault. */
  readonly confirmedUnits?: readonly string[];
  /** The units that add most to the evidence for harm, where there is some. */
  readonly contributions?: readonly Contribution[];
  /** Units that fail in more minutes than their own past explains, worst first; a tenth may be wrong. */
  readonly harmedUnits?: readonly string[];
  /** How far what is measured has come, for people; absent where there is no such thing. */
  readonly note?: string;
  /** One sentence: what was seen, against which limit. */
  readonly reason: string;
  /** Canary, baseline and the most that would have been tolerated, in `unit`; null when unknown. */
  readonly canary: number | null;
  readonly baseline: number | null;
  readonly limit: number | null;
  readonly unit: 'ratio' | 'seconds' | 'count' | 'milliseconds' | 'value';
  /** New rate over old rate with a 95 % interval that holds at every look; for people. */
  readonly ratio?: RatioInterval;
  readonly samples: { readonly canary: number; readonly baseline: number; readonly units: number };
  /** Natural logarithm of the evidence for harm and for "not worse"; null for thresholds. */
  readonly logHarm: number | null;
  readonly logNotWorse: number | null;
  /** Epoch milliseconds of the newest evidence; null when there was none. */
  readonly newestAt: number | null;
}

/** A guard that could not be measured: `verdict` and `reason` are all there is to say. */
export function unmeasured(
  guard: string,
  kind: Measurement['kind'],
  { verdict, reason }: Pick<Measurement, 'verdict' | 'reason'>,
): Measurement {
  return {
    guard,
    kind,
    verdict,
    reason,
    canary: null,
    baseline: null,
    limit: null,
    unit: 'ratio',
    samples: { canary: 0, baseline: 0, units: 0 },
    logHarm: null,
    logNotWorse: null,
    newestAt: null,
  };
}
