import { noRefusals, type Refusals } from './series-point.ts';
import { readAttributes } from './read-attributes.ts';
import { freshStream, seriesKey, type StreamPoints, type StreamState } from './stream.ts';
import { takePoint } from './take-point.ts';
import type { WindowTally } from './window-counts.ts';

/** As many series as an OpenTelemetry SDK keeps of one instrument. */
const mostSeries = 2_000;

const overflowed =
  'too many attribute sets: the sender merged some into otel.metric.overflow; the numbers cannot be told apart any more';

/** What became of points that were sent. */
export interface TakenPoints {
  /** Streams that have changed. */
  readonly streams: ReadonlyMap<string, StreamState>;
  readonly refused: Refusals;
  readonly duplicates: number;
}

/**
 * Takes in points after what is known of their streams, and adds what they counted to the tally of
 * their migration.
 */
export function takePoints(
  sent: readonly StreamPoints[],
  known: ReadonlyMap<string, StreamState>,
  tallyOf: (migration: string) => WindowTally,
): TakenPoints {
  const streams = new Map<string, StreamState>();
  let refused = noRefusals;
  let duplicates = 0;
  for (const points of sent) {
    const before = known.get(points.stream) ?? freshStream;
    const taken = takeStream(points, before, tallyOf(points.migration));
    streams.set(points.stream, taken.state);
    refused = addRefusals(refused, taken.refused);
    duplicates += taken.duplicates;
  }
  return { streams, refused, duplicates };
}

export function addRefusals(a: Refusals, b: Refusals): Refusals {
  return { points: a.points + b.points, reason: a.reason ?? b.reason };
}

function takeStream(
  { points, instrument, temporality }: StreamPoints,
  before: StreamState,
  tally: WindowTally,
) {
  const state = new Map(before);
  const knownSender = before.size > 0;
  let refused = noRefusals;
  let duplicates = 0;
  const refuse = (reason: string): void => {
    refused = addRefusals(refused, { points: 1, reason });
  };
  for (const point of points) {
    const counted = readAttributes(instrument, point.attributes);
    if (counted.kind === 'overflow') tally.spoil(overflowed);
    if (counted.kind === 'strange') refuse(counted.reason);
    if (counted.kind === 'strange' || counted.kind === 'overflow') continue;
    const key = seriesKey(point.attributes);
    const known = state.get(key);
    if (known === undefined && state.size >= mostSeries) {
      const words = `more than ${mostSeries} series of ${instrument} from one sender`;
      tally.spoil(words);
      refuse(words);
      continue;
    }
    const taken = takePoint(known, point, temporality, knownSender);
    if (taken.kind === 'duplicate') duplicates += 1;
    if (taken.kind === 'conflict') {
      tally.spoil(taken.reason);
      refuse(taken.reason);
    }
    if (taken.kind !== 'taken') continue;
    state.set(key, taken.state);
    if (taken.increase !== null) tally.add(counted, taken.increase);
  }
  return { state, refused, duplicates };
}
