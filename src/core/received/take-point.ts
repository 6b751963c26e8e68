import { type BucketCounts, trimmed } from '../histogram/bucket-counts.ts';
import { commonLayout, convertCounts, isSameLayout } from '../histogram/bucket-layout.ts';
import type { PointValue, SeriesPoint, Temporality } from './series-point.ts';

/** What is remembered of a series: nothing up to `at` is counted again. Nanoseconds. */
export interface SeriesState {
  readonly at: number;
  readonly startAt: number;
  /** The newest value of a cumulative series; null for a delta one. */
  readonly value: PointValue | null;
}

export type TakenPoint =
  /** `increase` null: where counting begins, nothing has been counted yet. */
  | { readonly kind: 'taken'; readonly state: SeriesState; readonly increase: PointValue | null }
  /** Sent again, or overtaken by a newer point. */
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'conflict'; readonly reason: string };

/** A minute: how long senders wait between two exports unless they are told otherwise. Nanoseconds. */
const firstCountsWithin = 60e9;

const twoSenders =
  'two senders have the same attributes; give each a `service.instance.id` of its own';

/**
 * Takes in one point after what is known of its series. `knownSender`: the sender has been heard
 * before, so that a series it did not have then was born since and counts whole. Of an unknown sender
 * the first cumulative value counts only when it began no more than a minute before, since what
 * happened longer ago may be of another step.
 */
export function takePoint(
  known: SeriesState | undefined,
  point: SeriesPoint,
  temporality: Temporality,
  knownSender: boolean,
): TakenPoint {
  if (known !== undefined && point.at <= known.at) return { kind: 'duplicate' };
  return temporality === 'delta'
    ? takeDelta(known, point)
    : takeCumulative(known, point, knownSender);
}

function takeDelta(
  known: SeriesState | undefined,
  { at, startAt, value }: SeriesPoint,
): TakenPoint {
  if (known !== undefined && startAt !== 0 && startAt < known.at) {
    const words = `a delta begins before the one before it ended: ${twoSenders}`;
    return { kind: 'conflict', reason: words };
  }
  return { kind: 'taken', state: { at, startAt, value: null }, increase: value };
}

function takeCumulative(
  known: SeriesState | undefined,
  { at, startAt, value }: SeriesPoint,
  knownSender: boolean,
): TakenPoint {
  const state = { at, startAt, value };
  if (known === undefined) {
    const isYoung = startAt !== 0 && at - startAt <= firstCountsWithin;
    return { kind: 'taken', state, increase: knownSender || isYoung ? value : null };
  }
  if (startAt < known.startAt) {
    return { kind: 'conflict', reason: `the start of a series went back: ${twoSenders}` };
  }
  const isReset = startAt !== known.startAt || known.value === null;
  const increase = isReset ? value : (gained(known.value, value) ?? value);
  return { kind: 'taken', state, increase };
}

/** How much a cumulative value grew; null when it began anew, since some part of it has shrunk. */
function gained(before: PointValue, now: PointValue): PointValue | null {
  if (before.kind === 'count' || now.kind === 'count') {
    if (before.kind !== 'count' || now.kind !== 'count' || now.count < before.count) return null;
    return { kind: 'count', count: now.count - before.count };
  }
  const layout = commonLayout(before.layout, now.layout);
  if (layout === null || !isSameLayout(layout, now.layout)) return null;
  const earlier = convertCounts(before.durations, before.layout, layout);
  const durations = grown(earlier, now.durations);
  return durations === null ? null : { kind: 'durations', layout, durations };
}

function grown(before: BucketCounts, now: BucketCounts): BucketCounts | null {
  const counts = now.counts.slice();
  for (let at = 0; at < before.counts.length; at += 1) {
    const was = before.counts[at] ?? 0;
    if (was === 0) continue;
    const index = before.offset + at - now.offset;
    const more = (counts[index] ?? 0) - was;
    if (more < 0) return null;
    counts[index] = more;
  }
  return trimmed({ offset: now.offset, counts });
}
