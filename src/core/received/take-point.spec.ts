import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { propertyRuns } from '../../../test/support/property-runs.ts';
import type { PointValue, SeriesPoint, Temporality } from './series-point.ts';
import { type SeriesState, takePoint } from './take-point.ts';

const second = 1e9;
const begin = 1_795_000_000 * second;

const count = (value: number): PointValue => ({ kind: 'count', count: value });
const durations = (offset: number, counts: readonly number[], scale = 4): PointValue => ({
  kind: 'durations',
  layout: { kind: 'exponential', scale },
  durations: { offset, counts },
});

/** A point of the series, `at` and `from` in seconds. */
const point = (at: number, value: PointValue, from = 0): SeriesPoint => ({
  attributes: {},
  at: begin + at * second,
  startAt: begin + from * second,
  value,
});

/** What a series counts, point by point; null where nothing was counted, a word where not taken. */
function increases(
  temporality: Temporality,
  points: readonly SeriesPoint[],
  knownSender = true,
): readonly (PointValue | string | null)[] {
  let state: SeriesState | undefined;
  return points.map((one) => {
    const taken = takePoint(state, one, temporality, knownSender);
    if (taken.kind !== 'taken') return taken.kind;
    state = taken.state;
    return taken.increase;
  });
}

describe('a cumulative series', () => {
  it('counts what it grew by', () => {
    const points = [point(10, count(5)), point(20, count(5)), point(30, count(12))];
    expect(increases('cumulative', points)).toEqual([count(5), count(0), count(7)]);
  });

  it('that begins anew counts whole, whether its start tells or its fall', () => {
    const told = [point(10, count(5)), point(20, count(9), 15)];
    expect(increases('cumulative', told)).toEqual([count(5), count(9)]);
    const silent = [point(10, count(5)), point(20, count(2))];
    expect(increases('cumulative', silent)).toEqual([count(5), count(2)]);
  });

  it('of an unknown sender counts from its first point on, unless it is a minute young', () => {
    const old = [point(100, count(50)), point(110, count(51))];
    expect(increases('cumulative', old, false)).toEqual([null, count(1)]);
    expect(increases('cumulative', [point(60, count(50))], false)).toEqual([count(50)]);
    expect(increases('cumulative', [point(61, count(50))], false)).toEqual([null]);
    const untold: SeriesPoint = { ...point(10, count(50)), startAt: 0 };
    expect(increases('cumulative', [untold], false)).toEqual([null]);
  });

  it('whose start goes back has two senders', () => {
    const points = [point(10, count(5), 5), point(20, count(9), 0)];
    expect(increases('cumulative', points)).toEqual([count(5), 'conflict']);
  });
});

describe('a delta series', () => {
  it('counts each point', () => {
    const points = [point(10, count(5)), point(20, count(3), 10)];
    expect(increases('delta', points, false)).toEqual([count(5), count(3)]);
  });

  it('that begins before it ended has two senders', () => {
    const points = [point(10, count(5)), point(20, count(3), 9)];
    expect(increases('delta', points)).toEqual([count(5), 'conflict']);
  });
});

describe('a histogram', () => {
  it('counts bucket by bucket', () => {
    const points = [point(10, durations(3, [1, 2])), point(20, durations(2, [4, 1, 0, 2]))];
    expect(increases('cumulative', points)).toEqual([
      durations(3, [1, 2]),
      // Bucket 4 shrank: the histogram began anew.
      durations(2, [4, 1, 0, 2]),
    ]);
    const grown = [point(10, durations(3, [1, 2])), point(20, durations(2, [4, 1, 3]))];
    expect(increases('cumulative', grown)[1]).toEqual(durations(2, [4, 0, 1]));
  });

  it('that gets coarser is compared in the coarser buckets', () => {
    const points = [point(10, durations(4, [1, 2], 4)), point(20, durations(2, [5], 3))];
    expect(increases('cumulative', points)[1]).toEqual(durations(2, [2], 3));
  });
});

it('counts everything once, whatever is sent twice, late or after a restart of the sender', () => {
  const exported = fc.record({
    grown: fc.integer({ min: 0, max: 9 }),
    restarts: fc.boolean(),
    again: fc.integer({ min: 0, max: 3 }),
  });
  const run = fc.array(exported, { minLength: 1, maxLength: 30 });
  const kind = fc.constantFrom<Temporality>('delta', 'cumulative');
  fc.assert(
    fc.property(run, kind, (exports, temporality) => {
      const sent: SeriesPoint[] = [];
      let [total, value, from] = [0, 0, 0];
      for (const [index, { grown, restarts, again }] of exports.entries()) {
        const [before, at] = [index * 10, index * 10 + 10];
        if (restarts) [value, from] = [0, before];
        [total, value] = [total + grown, value + grown];
        const fresh =
          temporality === 'delta' ? point(at, count(grown), before) : point(at, count(value), from);
        sent.push(fresh);
        // Sent again: the newest, or one that came before it.
        for (let back = 1; back <= again; back += 1) sent.push(sent.at(-back) ?? fresh);
      }
      const counted = increases(temporality, sent).map((one) =>
        one !== null && typeof one === 'object' && one.kind === 'count' ? one.count : 0,
      );
      expect(counted.reduce((sum, one) => sum + one, 0)).toBe(total);
    }),
    { numRuns: propertyRuns(300) },
  );
});
