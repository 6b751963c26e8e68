import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  counterIncrease,
  type HistogramCounter,
  type HistogramScrape,
  keepSeries,
  scrapeIncrease,
} from './counter-increments.ts';
import { type Buckets, mergeBuckets } from './exponential-histogram.ts';

const counter = (buckets: Buckets, scale = 4): HistogramCounter => ({
  layout: { kind: 'exponential', scale },
  buckets,
});

function scrape(at: number, series: Readonly<Record<string, Buckets>>): HistogramScrape {
  const entries = Object.entries(series).map(
    ([name, buckets]) => [name, counter(buckets)] as const,
  );
  return { at, series: new Map(entries) };
}

const histograms = fc.dictionary(
  fc.integer({ min: -9, max: 9 }).map(String),
  fc.integer({ min: 1, max: 50 }),
);

describe('counterIncrease', () => {
  it('is what was added between two scrapes', () => {
    fc.assert(
      fc.property(histograms, histograms, (before, more) => {
        const now = counter(mergeBuckets(before, more));
        expect(counterIncrease(counter(before), now)).toEqual(counter(more));
      }),
    );
  });

  it('takes the new value after a reset, be it of a single bucket', () => {
    const before = counter({ '1': 5, '2': 5 });
    expect(counterIncrease(before, counter({ '1': 9, '2': 4 }))).toEqual(
      counter({ '1': 9, '2': 4 }),
    );
    expect(counterIncrease(before, counter({ '1': 9 }))).toEqual(counter({ '1': 9 }));
  });

  it('compares at the lower resolution when it was lowered in between', () => {
    const before = counter({ '2': 5, '3': 1 }, 4);
    expect(counterIncrease(before, counter({ '1': 8, '5': 2 }, 3))).toEqual(
      counter({ '1': 2, '5': 2 }, 3),
    );
  });

  it('begins anew when the resolution rose or the buckets became others', () => {
    const now = counter({ '9': 3 }, 4);
    expect(counterIncrease(counter({ '1': 1 }, 2), now)).toBe(now);
    const explicit: HistogramCounter = {
      layout: { kind: 'explicit', bounds: [1] },
      buckets: { '0': 1 },
    };
    expect(counterIncrease(explicit, now)).toBe(now);
  });
});

describe('scrapeIncrease', () => {
  it('gives all series the time between the same two scrapes', () => {
    const first = scrape(10_000, { canary: { '1': 1 }, baseline: { '1': 10 } });
    const second = scrape(25_000, { canary: { '1': 3 }, baseline: { '1': 40 } });
    expect(scrapeIncrease(first, second)).toEqual({
      at: 25_000,
      seconds: 15,
      series: new Map([
        ['canary', counter({ '1': 2 })],
        ['baseline', counter({ '1': 30 })],
      ]),
    });
  });

  it('is no tick for the first scrape, nor for one seen before', () => {
    const first = scrape(10_000, { canary: { '1': 1 } });
    expect(scrapeIncrease(null, first)).toBeNull();
    expect(scrapeIncrease(first, first)).toBeNull();
    expect(scrapeIncrease(first, scrape(9_000, {}))).toBeNull();
  });

  it('counts a series in full that began since', () => {
    const increase = scrapeIncrease(scrape(0, {}), scrape(5_000, { canary: { '1': 7 } }));
    expect(increase?.series.get('canary')).toEqual(counter({ '1': 7 }));
  });

  it('covers a scrape that is missing by the next one', () => {
    const first = scrape(0, { a: { '1': 1 }, b: { '1': 1 } });
    const withoutB = scrape(5_000, { a: { '1': 2 } });
    const last = scrape(10_000, { a: { '1': 4 }, b: { '1': 9 } });
    const increase = scrapeIncrease(keepSeries(first, withoutB), last);
    expect(increase?.series.get('b')).toEqual(counter({ '1': 8 }));
    expect(increase?.series.get('a')).toEqual(counter({ '1': 2 }));
  });
});

describe('keepSeries', () => {
  it('goes back for no late scrape', () => {
    const first = scrape(5_000, { a: { '1': 1 } });
    expect(keepSeries(null, first)).toBe(first);
    expect(keepSeries(first, scrape(4_000, {}))).toBe(first);
  });
});
