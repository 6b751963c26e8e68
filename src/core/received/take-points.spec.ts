import { describe, expect, it } from '@jest/globals';
import { readReceived } from './read-received.ts';
import type { ReceivedMetric, SeriesPoint } from './series-point.ts';
import { restoreStream, storedBody } from './stored-stream.ts';
import { pointsByStream, type StreamState } from './stream.ts';
import { takePoints } from './take-points.ts';
import { WindowTally } from './window-counts.ts';

const good = {
  migration: 'm',
  operation: 'read',
  side: 'new',
  cohort: 'canary',
  bucket: '7',
  outcome: 'ok',
};

const counted = (change: Readonly<Record<string, string>>, count = 3, at = 10): SeriesPoint => ({
  attributes: { ...good, ...change },
  startAt: 1,
  at,
  value: { kind: 'count', count },
});

const metric = (points: readonly SeriesPoint[], sender = 'a'): ReceivedMetric => ({
  sender,
  instrument: 'migration.operations',
  temporality: 'cumulative',
  points,
});

const lasting = (change: Readonly<Record<string, string>>): SeriesPoint => ({
  ...counted({ role: 'authoritative', ramp_group: '2', ...change }),
  value: {
    kind: 'durations',
    layout: { kind: 'exponential', scale: 4 },
    durations: { offset: -100, counts: [1, 2] },
  },
});

function take(
  metrics: readonly ReceivedMetric[],
  known: ReadonlyMap<string, StreamState> = new Map(),
) {
  const tally = new WindowTally();
  const taken = takePoints(pointsByStream(metrics, new Set(['m'])), known, () => tally);
  return { ...taken, counts: tally.counts };
}

describe('points of a migration', () => {
  it('count by cohort, kind of operation and bucket', () => {
    const { counts } = take([
      metric([counted({}), counted({ outcome: 'error' }, 1), counted({ bucket: 'none' })]),
      metric([counted({}, 4)], 'b'),
    ]);
    expect(counts.units).toEqual([
      { unit: 'bucket 7', cohort: 'canary', operation: 'read', requests: 8, failed: 1 },
      { unit: 'bucket none', cohort: 'canary', operation: 'read', requests: 3, failed: 0 },
    ]);
  });

  it('are durations by ramp group, and not those of the shadow', () => {
    const points = [lasting({}), lasting({ side: 'old' }), lasting({ role: 'shadow' })];
    const instrument = 'migration.operation.duration';
    const { counts, refused } = take([{ ...metric(points), instrument }]);
    expect(refused.points).toBe(0);
    expect(counts.latency).toMatchObject([
      {
        cohort: 'canary',
        operation: 'read',
        group: 2,
        durations: { offset: -100, counts: [2, 4] },
      },
    ]);
  });

  it.each([
    [{ cohort: 'c' }, 'the attribute cohort is "c"; right is canary or baseline'],
    [{ operation: 'x' }, 'the attribute operation is "x"; right is read or write'],
    [{ outcome: '' }, 'the attribute outcome is ""; right is ok or error'],
    [{ bucket: '64' }, 'the attribute bucket is "64"; right is 0 to 63 or none'],
    [{ bucket: '007' }, 'the attribute bucket is "007"; right is 0 to 63 or none'],
  ])('with %j are refused alone', (change, reason) => {
    const { refused, counts } = take([metric([counted(change), counted({})])]);
    expect(refused).toEqual({ points: 1, reason });
    expect(counts.units).toHaveLength(1);
  });

  it('of which nobody judges are let go', () => {
    const { streams, refused } = take([metric([counted({ migration: 'other' })])]);
    expect([streams.size, refused.points]).toEqual([0, 0]);
  });

  it('that overflowed at the sender spoil the window', () => {
    const { counts } = take([metric([counted({ 'otel.metric.overflow': 'true' }), counted({})])]);
    expect(readReceived({ windows: [counts], newestAt: 1 })).toMatchObject({
      verdict: 'providerError',
      reason: expect.stringContaining('too many attribute sets'),
    });
  });

  it('are of at most 2,000 series of one sender', () => {
    const points = Array.from({ length: 2_005 }, (_, n) => counted({ shard: `${n}` }));
    const { refused, counts, streams } = take([metric(points)]);
    expect(refused.points).toBe(5);
    expect(counts.fault).toContain('more than 2000 series');
    expect([...streams.values()][0]?.size).toBe(2_000);
  });
});

describe('a stream', () => {
  it('is the same after it was stored, so nothing counts twice', () => {
    const instrument = 'migration.operation.duration' as const;
    const sent = [
      metric([counted({}), counted({ bucket: '8' })]),
      { ...metric([lasting({})]), instrument },
      { ...metric([counted({})]), temporality: 'delta' as const },
    ];
    const { streams } = take(sent);
    const restored = new Map(
      [...streams].map(([name, state]) => {
        const body = storedBody(state);
        return [name, restoreStream({ keys: [...state.keys()], body })] as const;
      }),
    );
    expect(restored).toEqual(streams);
    expect(take(sent, restored)).toMatchObject({ duplicates: 4, counts: { units: [] } });
  });
});

describe('windows', () => {
  it('add up, and tell when nothing was ever sent', () => {
    const { counts } = take([metric([counted({})])]);
    expect(readReceived({ windows: [counts, counts], newestAt: 5 })).toMatchObject({
      kind: 'counts',
      tier: 'bucket',
      units: [{ requests: 6 }],
      newestAt: 5,
    });
    expect(readReceived({ windows: [], newestAt: 5 })).toMatchObject({ kind: 'counts', units: [] });
    expect(readReceived({ windows: [], newestAt: null })).toMatchObject({ verdict: 'noData' });
  });
});
