import { describe, expect, it } from '@jest/globals';
import { bucketCounts } from '../../histogram/bucket-counts.ts';
import { type BucketLayout, ownLayout } from '../../histogram/bucket-layout.ts';
import { upperRate } from '../../statistics/one-sample-bernoulli.ts';
import { knownBaseline } from '../../../../test/support/known-baseline.ts';
import { limitAfter, type Reference, takeReference } from './baseline-reference.ts';
import { noMinutes } from './baseline-scatter.ts';
import type { Slice } from './baseline-slices.ts';
import type { BaselineStream } from './baseline-streams.ts';

const errors: BaselineStream = {
  kind: 'errors',
  operation: 'read',
  tolerate: { ratio: 1.1, add: 0.02 },
};
const latency: BaselineStream = {
  kind: 'latency',
  operation: 'write',
  tolerate: { quantile: 0.5, part: 0.5, atLeastMs: 0 },
};
const streams = [errors, latency];
const explicit: BucketLayout = { kind: 'explicit', bounds: [0.1, 0.2, 0.4] };

interface Stretch {
  readonly seconds?: number;
  readonly total?: number;
  readonly bad?: number;
  readonly writes?: Readonly<Record<string, number>>;
}

function slice({ seconds = 300, total = 0, bad = 0, writes = {} }: Stretch): Slice {
  const durations = { read: bucketCounts({}), write: bucketCounts(writes) };
  return { seconds, total: [total, 0], bad: [bad, 0], durations };
}

function taken(recent: Stretch, longer = recent, layout = explicit): Reference | null {
  const time = { recent: slice(recent), longer: slice(longer) };
  return takeReference(streams, time, noMinutes(2), layout, 7_000);
}

describe('takeReference', () => {
  it('takes five minutes, of the longer time or of the one just before', () => {
    expect(taken({ seconds: 299 })).toBeNull();
    expect(taken({ seconds: 10 }, { seconds: 300 })).not.toBeNull();
    expect(taken({ seconds: 300 }, { seconds: 10 })).not.toBeNull();
  });

  it('knows when it was taken, and has seen nothing since', () => {
    expect(taken({ total: 99, writes: { 0: 99 } })).toEqual({
      at: 7_000,
      streams: [null, null],
      harm: streams.map(() => ({ elapsed: null, grown: [] })),
      dispersion: [1, 1],
    });
  });

  it('knows a stream by a hundred events', () => {
    const known = taken({ total: 100, bad: 3, writes: { 0: 60, 1: 40 } });
    expect(known?.streams).toEqual([
      { oldBucket: null, limitBucket: null, ratio: 1, rate: upperRate({ total: 100, bad: 3 }) },
      // 150 ms: no bound lies within the tolerance of 100 ms, so a quarter more may be longer.
      { oldBucket: 0, limitBucket: 0, ratio: 1.25, rate: upperRate({ total: 100, bad: 40 }) },
    ]);
  });

  it('knows nothing of durations longer than all bounds', () => {
    expect(taken({ writes: { 3: 100 } })?.streams[1]).toBeNull();
  });

  // A hundred of ten thousand fail in the longer time: less than 1.37 %, as far as chance leaves that open.
  it.each([
    ['more, but no more than chance explains', 13, false],
    ['more than chance explains', 15, true],
    ['fewer, but no fewer than chance explains', 2, false],
    ['fewer than chance explains', 0, true],
  ])('holds a stream to the time just before where that had %s', (_, bad, isRecent) => {
    const recent = { total: 1000, bad };
    const longer = { total: 10_000, bad: 100 };
    expect(taken(recent, longer)?.streams[0]?.rate).toBe(upperRate(isRecent ? recent : longer));
  });

  it('holds a stream to the one time that is known', () => {
    const [little, much] = [
      { total: 99, bad: 90 },
      { total: 200, bad: 2 },
    ];
    expect(taken(little, much)?.streams[0]?.rate).toBe(upperRate(much));
    expect(taken(much, little)?.streams[0]?.rate).toBe(upperRate(much));
  });

  it("compares durations at the longer time's bucket", () => {
    const longer = { writes: { 0: 6000, 1: 4000 } };
    const [same, slower] = [{ writes: { 0: 600, 1: 400 } }, { writes: { 0: 400, 1: 600 } }];
    expect(taken(same, longer)?.streams[1]?.rate).toBe(upperRate({ total: 10_000, bad: 4000 }));
    expect(taken(slower, longer)?.streams[1]).toMatchObject({
      oldBucket: 1,
      rate: upperRate({ total: 1000, bad: 0 }),
    });
  });
});

describe('limitAfter', () => {
  const [ofErrors, ofLatency] = knownBaseline(streams).streams;
  const limit = (
    stream: BaselineStream,
    drift: number,
    layout: BucketLayout = explicit,
    seconds = 0,
  ) => {
    const known = stream.kind === 'errors' ? ofErrors : ofLatency;
    if (known === undefined || known === null) throw new Error('both streams are known');
    return limitAfter(stream, known, drift === 0 ? [] : [drift], seconds, layout);
  };

  it('is what is tolerated of errors, and what they may move by themselves', () => {
    expect(limit(errors, 0)).toEqual({ bucket: null, border: 1.1 * 0.01 + 0.02 });
    expect(limit(errors, Math.log(3)).border).toBeCloseTo(3.3 * 0.01 + 0.02, 12);
    expect(limit(errors, 9).border).toBe(0.95);
    expect(limit(errors, 0, explicit, 3600).border).toBeCloseTo(0.011 * Math.exp(0.5) + 0.02, 12);
  });

  it('moves up by whole buckets, as many as the drift needs', () => {
    const bucket = (drift: number): number | null => limit(latency, drift, ownLayout).bucket;
    const width = Math.LN2 / 16;
    expect([0, 0.5, 1, 1.01, 16].map((widths) => bucket(widths * width))).toEqual([1, 2, 2, 3, 17]);
  });

  it('moves up to the next bound that leaves room', () => {
    const bucket = (drift: number): number | null => limit(latency, drift).bucket;
    // The limit is 200 ms.
    expect([0, 0.1, Math.log(1.99), Math.log(2.01)].map(bucket)).toEqual([1, 2, 2, 3]);
  });

  it('leaves as many beyond it as before, or a quarter more', () => {
    expect(limit(latency, 0).border).toBe(0.5);
    const wide = { oldBucket: 0, limitBucket: 0, rate: 0.5, ratio: 1.25 };
    expect(limitAfter(latency, wide, [], 0, explicit).border).toBe(0.625);
    expect(limitAfter(latency, { ...wide, rate: 0.9 }, [], 0, explicit).border).toBe(0.95);
  });
});
