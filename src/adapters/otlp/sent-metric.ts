import {
  explicitDurations,
  exponentialDurations,
  isCount,
  type SentExponential,
} from '../../core/received/durations-point.ts';
import {
  noRefusals,
  type PointValue,
  type ReceivedInstrument,
  receivedInstruments,
  type ReceivedMessage,
  type ReceivedMetric,
  type Refusals,
  type SeriesPoint,
  type Temporality,
} from '../../core/received/series-point.ts';

type Attributes = Readonly<Record<string, string>>;

/** What a point holds, before anybody looked whether it makes sense. */
export type SentValue =
  | { readonly kind: 'number'; readonly number: number }
  | {
      readonly kind: 'explicit';
      readonly bounds: readonly number[];
      readonly counts: readonly number[];
    }
  | ({ readonly kind: 'exponential' } & SentExponential);

/** One point as it was sent. */
export interface SentPoint {
  readonly attributes: Attributes;
  readonly startAt: number;
  readonly at: number;
  readonly flags: number;
  readonly value: SentValue;
}

/** A metric as it was sent; `temporality` and `isMonotonic` in the protocol's own numbers. */
export interface SentMetric {
  readonly name: string;
  readonly unit: string;
  readonly temporality: number;
  readonly isMonotonic: boolean;
  readonly points: readonly SentPoint[];
  /** Points of a kind that no known instrument has. */
  readonly others: number;
}

/** Bit of a point's flags: the series has no value any more. */
const noRecordedValue = 1;

const temporalities: Readonly<Record<number, Temporality>> = { 1: 'delta', 2: 'cumulative' };

const longestSender = 16_384;
const longestAttributes = 2_048;

/** Whether points of a metric of that name are wanted at all. */
export function isKnown(name: string): name is ReceivedInstrument {
  return (receivedInstruments as readonly string[]).includes(name);
}

/** Collects the metrics of one message that can be counted. */
export class MessageBuilder {
  readonly #metrics: ReceivedMetric[] = [];
  #refused: Refusals = noRefusals;

  get message(): ReceivedMessage {
    return { metrics: this.#metrics, refused: this.#refused };
  }

  add(sender: string, metric: SentMetric): void {
    const { name, points, others } = metric;
    if (!isKnown(name)) {
      const words = `${JSON.stringify(name.slice(0, 80))} is not taken in; send only ${receivedInstruments.join(' and ')}`;
      this.#refuse(points.length + others, words);
      return;
    }
    this.#refuse(others, `${name} is of another kind`);
    const temporality = temporalities[metric.temporality];
    const wrong = wrongAbout(name, metric, sender, temporality);
    if (wrong !== null || temporality === undefined) {
      this.#refuse(points.length, wrong ?? '');
      return;
    }
    const good: SeriesPoint[] = [];
    for (const point of points) {
      if ((point.flags & noRecordedValue) !== 0) continue;
      const value = valueOf(name, point);
      if (typeof value === 'string') this.#refuse(1, value);
      else good.push({ attributes: point.attributes, startAt: point.startAt, at: point.at, value });
    }
    if (good.length > 0) {
      this.#metrics.push({ sender, instrument: name, temporality, points: good });
    }
  }

  #refuse(points: number, reason: string): void {
    if (points === 0) return;
    const { points: before, reason: first } = this.#refused;
    this.#refused = { points: before + points, reason: first ?? reason };
  }
}

function wrongAbout(
  name: ReceivedInstrument,
  { unit, isMonotonic }: SentMetric,
  sender: string,
  temporality: Temporality | undefined,
): string | null {
  if (sender.length > longestSender) return 'the attributes of the resource are too long';
  if (temporality === undefined) return `${name} is neither delta nor cumulative`;
  if (name === 'migration.operations') {
    return isMonotonic ? null : `${name} must be a monotonic sum`;
  }
  return unit === 's' || unit === '' ? null : `${name} must be in seconds, unit s`;
}

/** The value, or what is wrong about it. */
function valueOf(name: ReceivedInstrument, point: SentPoint): PointValue | string {
  const { value, at, startAt } = point;
  if (!(at > 0) || !(startAt >= 0) || startAt > at)
    return `${name}: a point with times that cannot be`;
  if (isTooLong(point.attributes)) return `${name}: the attributes of a point are too long`;
  if (name === 'migration.operations') {
    if (value.kind !== 'number') return `${name} must be a sum`;
    if (!isCount(value.number)) return `${name}: a value that is no count`;
    return { kind: 'count', count: value.number };
  }
  if (value.kind === 'number') return `${name} must be a histogram`;
  const durations =
    value.kind === 'explicit'
      ? explicitDurations(value.bounds, value.counts)
      : exponentialDurations(value);
  return durations ?? `${name}: buckets that make no histogram of durations`;
}

function isTooLong(attributes: Attributes): boolean {
  let length = 0;
  for (const name in attributes) length += name.length + (attributes[name]?.length ?? 0);
  return length > longestAttributes;
}

/** Names a sender: the attributes of its resource in one order, and the scope. */
export function senderOf(resource: Attributes, scope: string): string {
  const sorted = Object.entries(resource).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([sorted, scope]);
}
