import type {
  ReceivedInstrument,
  ReceivedMetric,
  SeriesPoint,
  Temporality,
} from './series-point.ts';
import type { SeriesState } from './take-point.ts';

/** What is remembered of the series of one sender, instrument and migration, by the series' key. */
export type StreamState = ReadonlyMap<string, SeriesState>;

export const freshStream: StreamState = new Map();

/** Points of one stream. */
export interface StreamPoints {
  /** Names the stream. */
  readonly stream: string;
  readonly migration: string;
  readonly instrument: ReceivedInstrument;
  readonly temporality: Temporality;
  readonly points: readonly SeriesPoint[];
}

interface GrowingPoints extends StreamPoints {
  readonly points: SeriesPoint[];
}

/** Metrics by stream; `wanted` tells which migrations anybody judges by them. */
export function pointsByStream(
  metrics: readonly ReceivedMetric[],
  wanted: ReadonlySet<string>,
): readonly StreamPoints[] {
  const found = new Map<string, GrowingPoints>();
  for (const { sender, instrument, temporality, points } of metrics) {
    // Neighbours nearly always belong together.
    let current: GrowingPoints | undefined;
    for (const point of points) {
      const migration = point.attributes['migration'] ?? '';
      if (!wanted.has(migration)) continue;
      if (current === undefined || current.migration !== migration) {
        const stream: string = JSON.stringify([instrument, migration, temporality, sender]);
        current = found.get(stream) ?? { stream, migration, instrument, temporality, points: [] };
        found.set(stream, current);
      }
      current.points.push(point);
    }
  }
  return [...found.values()];
}

/** Names a series within its stream. */
export function seriesKey(attributes: Readonly<Record<string, string>>): string {
  const names = Object.keys(attributes).toSorted();
  let key = '';
  for (const name of names) {
    if (name !== 'migration') key += `${name}=${attributes[name]}\u0001`;
  }
  return key;
}
