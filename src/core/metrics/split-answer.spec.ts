import { describe, expect, it } from '@jest/globals';
import { seriesNamed } from './own-series.ts';
import { groupedSamples, splitAnswer } from './split-answer.ts';

const series = (migration: string, at: number, value = 1) => ({
  labels: { migration },
  samples: [[at, value]] as const,
});
const owners = ['a', 'b', 'c'].map(seriesNamed);

describe('an answer for several rollouts', () => {
  it('gives each its own series and their age; who has none gets none', () => {
    const all = {
      kind: 'series',
      series: [series('a', 10), series('b', 20), series('a', 30)],
    } as const;
    const newestAt = new Map([
      ['a', 30],
      ['b', 20],
    ]);
    expect(splitAnswer({ ...all, newestAt }, owners)).toEqual([
      { kind: 'series', series: [series('a', 10), series('a', 30)], newestAt: 30 },
      { kind: 'series', series: [series('b', 20)], newestAt: 20 },
      { kind: 'series', series: [], newestAt: null },
    ]);
    expect(groupedSamples({ ...all, newestAt: 30 }, 'migration')).toEqual({ ...all, newestAt });
  });

  it('may be of rollouts that have several values, or the same one', () => {
    const newestAt = new Map([
      ['old', 1],
      ['new', 2],
    ]);
    const both = [
      { label: 'migration', values: ['old', 'new'] },
      { label: 'migration', values: ['new'] },
    ];
    const answer = {
      kind: 'series',
      series: [series('old', 1), series('new', 2)],
      newestAt,
    } as const;
    expect(splitAnswer(answer, both)).toMatchObject([
      { series: [series('old', 1), series('new', 2)], newestAt: 2 },
      { series: [series('new', 2)], newestAt: 2 },
    ]);
  });

  it('is as new as its newest sample, be that a number or a native histogram', () => {
    const native = { ...series('a', 10), histograms: [[20, []]] as const };
    const all = { kind: 'series', series: [native, series('a', 15)], newestAt: 20 } as const;
    expect(groupedSamples(all, 'migration')).toEqual({ ...all, newestAt: new Map([['a', 20]]) });
  });

  it('that is doubtful is doubtful for everybody', () => {
    const partial = { kind: 'partial', reason: 'warning: a store is missing' } as const;
    expect(splitAnswer(partial, owners)).toEqual([partial, partial, partial]);
  });
});
