import { type BucketLayout, layoutName } from '../histogram/bucket-layout.ts';
import type { PointValue } from './series-point.ts';
import type { StreamState } from './stream.ts';
import type { SeriesState } from './take-point.ts';

/** A stream as it is kept: names of its series, which seldom change, apart from what does with each export. */
export interface StoredState {
  readonly keys: readonly string[];
  readonly body: string;
}

type StoredValue = null | number | readonly [layout: number, offset: number, ...counts: number[]];

/** Points of one export share their times, and histograms their layout, so each stands here once. */
interface Body {
  readonly times: (readonly [at: number, startAt: number])[];
  readonly layouts: BucketLayout[];
  /** Aligned with the keys. */
  readonly series: (readonly [time: number, value: StoredValue])[];
}

/** What is kept of the series, in the order of the state's own keys. */
export function storedBody(state: StreamState): string {
  const body: Body = { times: [], layouts: [], series: [] };
  const times = new Map<string, number>();
  const layouts = new Map<string, number>();
  // Numbers of nineteen digits are slow to write, and neighbours nearly always share them.
  let last = { at: Number.NaN, startAt: Number.NaN, place: 0 };
  for (const { at, startAt, value } of state.values()) {
    if (at !== last.at || startAt !== last.startAt) {
      const place = placeOf(times, body.times, `${at} ${startAt}`, [at, startAt] as const);
      last = { at, startAt, place };
    }
    body.series.push([last.place, storedValue(value, layouts, body.layouts)]);
  }
  return JSON.stringify(body);
}

export function restoreStream({ keys, body }: StoredState): StreamState {
  const { times, layouts, series } = JSON.parse(body) as Body;
  const state = new Map<string, SeriesState>();
  for (const [index, [time, value]] of series.entries()) {
    const [at, startAt] = times[time] ?? [0, 0];
    state.set(keys[index] ?? '', { at, startAt, value: restoredValue(value, layouts) });
  }
  return state;
}

function storedValue(
  value: PointValue | null,
  places: Map<string, number>,
  layouts: BucketLayout[],
): StoredValue {
  if (value === null) return null;
  if (value.kind === 'count') return value.count;
  const { layout, durations } = value;
  return [
    placeOf(places, layouts, layoutName(layout), layout),
    durations.offset,
    ...durations.counts,
  ];
}

function restoredValue(value: StoredValue, layouts: readonly BucketLayout[]): PointValue | null {
  if (value === null) return null;
  if (typeof value === 'number') return { kind: 'count', count: value };
  const [place, offset, ...counts] = value;
  const layout = layouts[place];
  if (layout === undefined) throw new RangeError('a stored stream names a layout that it lacks');
  return { kind: 'durations', layout, durations: { offset, counts } };
}

function placeOf<T>(places: Map<string, number>, list: T[], name: string, item: T): number {
  const known = places.get(name);
  if (known !== undefined) return known;
  places.set(name, list.length);
  list.push(item);
  return list.length - 1;
}
