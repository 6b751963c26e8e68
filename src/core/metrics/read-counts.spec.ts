import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { MetricAnswer, MetricSample } from './metric-answer.ts';
import { readCounts, type CountsAnswers } from './read-counts.ts';

/** Series as `[labels, sample, sample, …]`, one sample every 15 s from 0 on. */
type Written = readonly [labels: Record<string, string>, ...values: (number | null)[]];

function answer(...series: Written[]): MetricAnswer {
  const all = series.map(([labels, ...values]) => {
    const samples = values.flatMap((value, index): MetricSample[] =>
      value === null ? [] : [[index * 15_000, value]],
    );
    return { labels, samples };
  });
  const times = all.flatMap(({ samples }) => samples.map(([at]) => at));
  return { kind: 'series', series: all, newestAt: times.length === 0 ? null : Math.max(...times) };
}

const counters = (bad: MetricAnswer, total: MetricAnswer, from = 15_000): CountsAnswers => ({
  bad,
  total,
  from,
  shapes: { bad: 'counters', total: 'counters' },
});
const canary = { cohort: 'canary', bucket: '7', instance: 'a' };
const baseline = { cohort: 'baseline', bucket: '9', instance: 'a' };

describe('counts from counters', () => {
  it('are what they grew by since the window before, by cohort and bucket', () => {
    const total = answer([canary, 100, 110, 150], [baseline, 0, 1000, 1400]);
    const bad = answer([canary, 5, 5, 8], [baseline, 0, 0, 0]);
    expect(readCounts(counters(bad, total))).toEqual({
      kind: 'counts',
      tier: 'bucket',
      units: [
        { unit: 'bucket 7', cohort: 'canary', requests: 40, failed: 3 },
        { unit: 'bucket 9', cohort: 'baseline', requests: 400, failed: 0 },
      ],
      newestAt: 30_000,
    });
  });

  it('add up over instances, each of which may be reset by itself', () => {
    const other = { ...canary, instance: 'b' };
    const total = answer([canary, 900, 1000, 30], [other, 500, 500, 520]);
    expect(readCounts(counters(answer(), total))).toMatchObject({
      units: [{ unit: 'bucket 7', cohort: 'canary', requests: 50, failed: 0 }],
    });
  });

  it('count an error whose counter is born with it, on an instance that was seen before', () => {
    const total = answer([canary, 100, 110, 150]);
    const bad = answer([canary, null, null, 2]);
    expect(readCounts(counters(bad, total))).toMatchObject({
      units: [{ requests: 40, failed: 2 }],
    });
  });

  it('count nothing of an instance that appears, until it is seen twice', () => {
    const fresh = { ...canary, instance: 'new' };
    const total = answer([fresh, null, null, 5_000, 5_010], [baseline, 1, 2, 3, 4]);
    expect(readCounts(counters(answer(), total))).toMatchObject({
      units: [{ requests: 10 }, { requests: 2 }],
    });
  });

  it('without buckets are totals; with some they are refused', () => {
    const plain = { cohort: 'canary' };
    const total = readCounts(counters(answer(), answer([plain, 0, 0, 9])));
    expect(total).toMatchObject({ tier: 'total', units: [{ unit: 'all', requests: 9 }] });
    const mixed = readCounts(counters(answer(), answer([plain, 0, 0, 9], [canary, 0, 0, 9])));
    expect(mixed).toMatchObject({ verdict: 'providerError' });
    const unlike = readCounts(counters(answer([plain, 0, 0, 1]), answer([canary, 0, 0, 9])));
    expect(unlike).toMatchObject({ verdict: 'providerError' });
  });

  it('are never more failed than requested', () => {
    const both = readCounts(counters(answer([canary, 0, 0, 3]), answer([canary, 0, 0, 2])));
    expect(both).toMatchObject({ units: [{ requests: 2, failed: 2 }] });
  });

  it('lose and double nothing, wherever windows are cut', () => {
    const growth = fc.array(fc.nat({ max: 50 }), { minLength: 4, maxLength: 20 });
    fc.assert(
      fc.property(growth, fc.nat({ max: 19 }), (steps, restart) => {
        // A counter that restarts and overtakes itself between two scrapes shows no reset.
        const soFar = steps.slice(0, restart).reduce((a, b) => a + b, 0);
        fc.pre((steps[restart] ?? 0) < Math.max(1, soFar));
        let sum = 0;
        const values = steps.map((step, index) => (sum = index === restart ? step : sum + step));
        const ends = steps.map((_, index) => index * 15_000).filter((_, index) => index % 3 === 0);
        const last = (steps.length - 1) * 15_000;
        const windows = [...ends, last].map(
          (from, index, all) => [from, all[index + 1] ?? from] as const,
        );
        const counted = windows.map(([from, to]) => {
          const seen = answer([canary, ...values.slice(0, to / 15_000 + 1)]);
          const read = readCounts(counters(answer(), seen, from));
          return from === to || read.kind !== 'counts' ? 0 : (read.units[0]?.requests ?? 0);
        });
        const expected = steps.slice(1).reduce((a, b) => a + b, 0);
        expect(counted.reduce((a, b) => a + b, 0)).toBe(expected);
      }),
    );
  });
});

describe('counts of finished windows', () => {
  const finished = (bad: MetricAnswer, total: MetricAnswer): CountsAnswers => ({
    bad,
    total,
    from: 0,
    shapes: { bad: 'window', total: 'window' },
  });

  it('are taken as they are, to whole numbers', () => {
    const read = readCounts(finished(answer([canary, 1.4]), answer([canary, 12.5])));
    expect(read).toMatchObject({ units: [{ requests: 13, failed: 1 }] });
  });

  it('need a query that leaves nothing but cohort and bucket', () => {
    const twice = answer([canary, 1], [{ ...canary, instance: 'b' }, 2]);
    expect(readCounts(finished(answer(), twice))).toMatchObject({
      verdict: 'providerError',
      reason: expect.stringContaining('sum by (cohort, bucket)'),
    });
  });
});

describe('answers that are no counts', () => {
  it.each([
    ['no cohort', answer([{ bucket: '7' }, 0, 0, 1]), 'providerError'],
    ['another cohort', answer([{ cohort: 'control' }, 0, 0, 1]), 'providerError'],
    [
      'an overflow',
      answer([{ ...canary, otel_metric_overflow: 'true' }, 0, 0, 1]),
      'providerError',
    ],
    ['NaN', answer([canary, 0, 0, Number.NaN]), 'inconclusive'],
    ['a negative number', answer([canary, 0, 0, -1]), 'inconclusive'],
    ['nothing', answer(), 'noData'],
    [
      'a fault',
      { kind: 'fault', fault: 'timeout', reason: 'late' } as MetricAnswer,
      'providerError',
    ],
    ['a partial answer', { kind: 'partial', reason: 'warning' } as MetricAnswer, 'inconclusive'],
  ])('%s', (_, total, verdict) => {
    expect(readCounts(counters(answer(), total))).toMatchObject({ kind: 'doubt', verdict });
    expect(readCounts(counters(total, answer([canary, 0, 1, 2])))).toMatchObject(
      verdict === 'noData' ? { kind: 'counts' } : { kind: 'doubt', verdict },
    );
  });
});
