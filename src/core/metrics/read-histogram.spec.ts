import { describe, expect, it } from '@jest/globals';
import type { MetricAnswer } from './metric-answer.ts';
import { readHistogram } from './read-histogram.ts';

const from = 100_000;

/** The buckets of one histogram before and after `from`. */
function buckets(
  labels: Readonly<Record<string, string>>,
  grown: Readonly<Record<string, number>>,
) {
  return Object.entries(grown).map(([le, more]) => ({
    labels: { job: 'app', instance: 'a', ...labels, le },
    samples: [
      [from - 5_000, 1_000],
      [from + 5_000, 1_000 + more],
    ] as const,
  }));
}

const answer = (...series: ReturnType<typeof buckets>[]): MetricAnswer => ({
  kind: 'series',
  series: series.flat(),
  newestAt: from + 5_000,
});
const read = (given: MetricAnswer, unit: 's' | 'ms' = 's') =>
  readHistogram({ answer: given, from, unit });

describe('the buckets of a histogram', () => {
  const canary = { cohort: 'canary' };
  const baseline = { cohort: 'baseline' };

  it('tell durations by cohort, each bucket without those below it', () => {
    const given = answer(
      buckets(canary, { '+Inf': 10, '0.1': 3, '1': 9 }),
      buckets(baseline, { '0.1': 5, '1': 5, '+Inf': 5 }),
    );
    const layout = { kind: 'explicit', bounds: [0.1, 1] };
    expect(read(given)).toEqual({
      kind: 'counts',
      tier: 'total',
      units: [
        { unit: 'all', cohort: 'canary', requests: 10, failed: 0 },
        { unit: 'all', cohort: 'baseline', requests: 5, failed: 0 },
      ],
      latency: [
        {
          cohort: 'canary',
          operation: 'read',
          layout,
          durations: { offset: 0, counts: [3, 6, 1] },
        },
        { cohort: 'baseline', operation: 'read', layout, durations: { offset: 0, counts: [5] } },
      ],
      newestAt: from + 5_000,
    });
  });

  it('are added where instances have the same bounds, and kept apart where not', () => {
    const other = { ...canary, instance: 'b' };
    const same = read(
      answer(buckets(canary, { '1': 1, '+Inf': 2 }), buckets(other, { '1': 3, '+Inf': 3 })),
    );
    expect(same).toMatchObject({ latency: [{ durations: { counts: [4, 1] } }] });
    const apart = read(
      answer(buckets(canary, { '1': 1, '+Inf': 2 }), buckets(other, { '2': 3, '+Inf': 3 })),
    );
    expect(apart).toMatchObject({
      units: [{ requests: 5 }],
      latency: [{ layout: { bounds: [1] } }, { layout: { bounds: [2] } }],
    });
  });

  it('may be in milliseconds, and by hash bucket', () => {
    const given = answer(buckets({ ...canary, bucket: '7' }, { '250': 1, '+Inf': 1 }));
    expect(read(given, 'ms')).toMatchObject({
      tier: 'bucket',
      units: [{ unit: 'bucket 7' }],
      latency: [{ layout: { bounds: [0.25] } }],
    });
  });

  it.each([
    ['no series', answer(), 'noData'],
    ['no cohort', answer(buckets({}, { '1': 1, '+Inf': 1 })), 'providerError'],
    ['a counter that is no histogram', answer(buckets(canary, { '': 1 })), 'providerError'],
    ['no bucket without end', answer(buckets(canary, { '1': 1, '2': 1 })), 'providerError'],
    ['a warning', { kind: 'partial', reason: 'a store is missing' } as const, 'inconclusive'],
  ])('with %s tell nothing', (_, given, verdict) => {
    expect(read(given)).toMatchObject({ kind: 'doubt', verdict });
  });
});
