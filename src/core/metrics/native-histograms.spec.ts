import { describe, expect, it } from '@jest/globals';
import type { NativeBucket } from '../histogram/native-buckets.ts';
import type { MetricAnswer, MetricSeries } from './metric-answer.ts';
import { readCounts } from './read-counts.ts';
import { readHistogram } from './read-histogram.ts';
import { readValue } from './read-value.ts';

const from = 100_000;

/** Buckets as `[left, right, count]`. */
type Written = readonly (readonly [left: number, right: number, count: number])[];

/** One series of canary's unless labels say otherwise, a sample every 10 s, the first 5 s before the window. */
function series(labels: Readonly<Record<string, string>>, ...samples: Written[]): MetricSeries {
  const histograms = samples.map((buckets, index) => {
    const all = buckets.map(([left, right, count]): NativeBucket => ({ left, right, count }));
    return [from - 5_000 + index * 10_000, all] as const;
  });
  return {
    labels: { job: 'app', instance: 'a', cohort: 'canary', ...labels },
    samples: [],
    histograms,
  };
}

const answer = (...list: MetricSeries[]): MetricAnswer => ({
  kind: 'series',
  series: list,
  newestAt: from + 5_000,
});
const read = (list: MetricSeries[], unit: 's' | 'ms' = 's') =>
  readHistogram({ answer: answer(...list), from, unit });

const exponential = (scale: number) => ({ kind: 'exponential', scale });

describe('native histograms', () => {
  it('tell durations by cohort, in buckets that cohorts and instances share', () => {
    const canary = series(
      {},
      [[0.5, 1, 1_000]],
      [[0.5, 1, 1_002]],
      [
        [0.5, 1, 1_003],
        [2, 4, 5],
      ],
    );
    const other = series(
      { instance: 'b' },
      [[0.25, 0.5, 7]],
      [
        [0.25, 0.5, 7],
        [2, 4, 1],
      ],
    );
    const baseline = series({ cohort: 'baseline' }, [[0.5, 1, 0]], [[0.5, 1, 9]]);
    expect(read([canary, other, baseline])).toEqual({
      kind: 'counts',
      tier: 'total',
      units: [
        { unit: 'all', cohort: 'canary', requests: 9, failed: 0 },
        { unit: 'all', cohort: 'baseline', requests: 9, failed: 0 },
      ],
      latency: [
        {
          cohort: 'canary',
          operation: 'read',
          layout: exponential(0),
          durations: { offset: -1, counts: [3, 0, 6] },
        },
        {
          cohort: 'baseline',
          operation: 'read',
          layout: exponential(0),
          durations: { offset: -1, counts: [9] },
        },
      ],
      newestAt: from + 5_000,
    });
  });

  it('count from 0 after a reset, whichever bucket tells of it', () => {
    const reset = series(
      {},
      [
        [0.5, 1, 50],
        [1, 2, 9],
      ],
      [
        [0.5, 1, 60],
        [1, 2, 2],
      ],
      [
        [0.5, 1, 61],
        [1, 2, 2],
      ],
    );
    expect(read([reset])).toMatchObject({
      units: [{ requests: 63 }],
      latency: [{ durations: { offset: -1, counts: [61, 2] } }],
    });
    const empty = series({}, [[0.5, 1, 50]], [], [[0.5, 1, 3]]);
    expect(read([empty])).toMatchObject({ units: [{ requests: 3 }] });
  });

  it('are still counters when they get coarser on the way', () => {
    const [root, fourth] = [2 ** 0.5, 2 ** 0.25];
    const coarser = series(
      {},
      [
        [1, fourth, 10],
        [fourth, root, 10],
        [root, 2 ** 0.75, 5],
      ],
      [
        [1, fourth, 11],
        [fourth, root, 10],
        [root, 2 ** 0.75, 5],
      ],
      [
        [1, root, 23],
        [root, 2, 9],
      ],
      [[1, 2, 40]],
    );
    expect(read([coarser])).toMatchObject({
      units: [{ requests: 15 }],
      latency: [{ layout: exponential(0), durations: { offset: 0, counts: [15] } }],
    });
  });

  it('are still counters when the zero bucket takes in others', () => {
    const widened = series(
      {},
      [
        [-(2 ** -128), 2 ** -128, 1],
        [0.125, 0.25, 4],
        [1, 2, 6],
      ],
      [
        [-0.25, 0.25, 8],
        [1, 2, 6],
      ],
    );
    expect(read([widened])).toMatchObject({
      units: [{ requests: 3 }],
      latency: [{ layout: exponential(0), durations: { offset: -3, counts: [3] } }],
    });
  });

  it('that are born count whole on a target that was scraped before, and else from the second scrape', () => {
    const old = series({}, [[1, 2, 5]], [[1, 2, 5]]);
    const born = series({ queue: 'mail' }, [], [[1, 2, 4]]);
    const late = { ...born, histograms: born.histograms?.slice(1) ?? [] };
    expect(read([old, late])).toMatchObject({ units: [{ requests: 4 }] });
    const elsewhere = { ...late, labels: { ...late.labels, instance: 'new' } };
    expect(read([old, elsewhere])).toMatchObject({ units: [] });
  });

  it('may be in milliseconds, whose powers of two are none of seconds', () => {
    expect(read([series({}, [[128, 256, 1]], [[128, 256, 3]])], 'ms')).toMatchObject({
      latency: [
        {
          layout: { kind: 'exponential', scale: 0, perSecond: 1000 },
          durations: { offset: 7, counts: [2] },
        },
      ],
    });
  });

  it('round what averages leave of a duration', () => {
    expect(read([series({}, [[1, 2, 0.5]], [[1, 2, 3.2]])])).toMatchObject({
      units: [{ requests: 3 }],
    });
  });
});

describe('native histograms with custom buckets', () => {
  const canary = series(
    {},
    [[-Infinity, 0.1, 3]],
    [
      [-Infinity, 0.1, 4],
      [0.25, 0.5, 1],
      [2.5, Infinity, 2],
    ],
  );

  it('have explicit bounds: all that any series shows', () => {
    const baseline = series({ cohort: 'baseline' }, [], [[0.1, 0.25, 6]]);
    const layout = { kind: 'explicit', bounds: [0.1, 0.25, 0.5, 2.5] };
    expect(read([canary, baseline])).toMatchObject({
      units: [{ requests: 4 }, { requests: 6 }],
      latency: [
        { cohort: 'canary', layout, durations: { offset: 0, counts: [1, 0, 1, 0, 2] } },
        { cohort: 'baseline', layout, durations: { offset: 1, counts: [6] } },
      ],
    });
    expect(read([canary], 'ms')).toMatchObject({
      latency: [{ layout: { bounds: [0.0001, 0.00025, 0.0005, 0.0025] } }],
    });
  });

  it('keep a bucket whole that the bounds of another instance would cut', () => {
    const wide = series({ instance: 'b' }, [[0.1, 1, 1]], [[0.1, 1, 6]]);
    expect(read([canary, wide])).toMatchObject({
      latency: [
        { layout: { bounds: [0.1, 0.25, 0.5, 1, 2.5] } },
        { layout: { bounds: [0.1, 1, 2.5] }, durations: { offset: 1, counts: [5] } },
      ],
    });
  });

  it('without any bound are no histograms', () => {
    expect(read([series({}, [], [[-Infinity, Infinity, 3]])])).toMatchObject({
      verdict: 'providerError',
      reason: expect.stringMatching(/has 0 bounds/),
    });
  });
});

describe('native histograms that cannot be used', () => {
  const native = series({}, [[1, 2, 5]], [[1, 2, 6]]);

  it.each([
    ['negative buckets', series({}, [[-2, -1, 5]]), 'providerError', /below 0/],
    ['a count that is NaN', series({}, [[1, 2, Number.NaN]]), 'inconclusive', /NaN in a bucket/],
    ['a count below 0', series({}, [[1, 2, -1]]), 'inconclusive', /-1 in a bucket/],
    ['no cohort', series({ cohort: '' }, [[1, 2, 5]]), 'providerError', /`cohort`/],
  ])('have %s', (_, odd, verdict, reason) => {
    expect(read([native, odd])).toMatchObject({ verdict, reason: expect.stringMatching(reason) });
  });

  it('come with numbers beside them, which may count the same durations', () => {
    const { labels } = native;
    const counter: MetricSeries = { labels: { ...labels, le: '1' }, samples: [[from, 1]] };
    const reason = expect.stringMatching(/a selector of one of the two/);
    expect(read([native, counter])).toMatchObject({ verdict: 'providerError', reason });
  });

  it('stand where a number is wanted, and it is said what is right', () => {
    const refused = {
      verdict: 'providerError',
      reason: expect.stringMatching(/native histograms.*use histogram_quantile/),
    };
    expect(readValue(answer(native))).toMatchObject(refused);
    const shapes = { bad: 'counters', total: 'counters' } as const;
    const both = { bad: answer(), total: answer(native), from, shapes };
    expect(readCounts(both)).toMatchObject(refused);
  });
});
