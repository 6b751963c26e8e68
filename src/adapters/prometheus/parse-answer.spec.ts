import { describe, expect, it } from '@jest/globals';
import { parseAnswer } from './parse-answer.ts';

describe('a query that would read too much', () => {
  it.each([
    'query processing would load too many samples into memory in query execution',
    'the query exceeded the maximum number of series (err-mimir-max-series-per-query)',
  ])('is too large, so that it can be asked in parts: %s', (error) => {
    const text = JSON.stringify({ status: 'error', errorType: 'execution', error });
    expect(parseAnswer({ status: 422, text })).toMatchObject({ fault: 'tooLarge' });
  });

  it('is told from one that is wrong', () => {
    const error = 'found duplicate series for the match group';
    const text = JSON.stringify({ status: 'error', errorType: 'execution', error });
    expect(parseAnswer({ status: 422, text })).toMatchObject({ fault: 'rejected' });
  });
});

describe('a native histogram', () => {
  const answer = (resultType: string, samples: object) => {
    const result = [{ metric: { cohort: 'canary' }, ...samples }];
    const text = JSON.stringify({ status: 'success', data: { resultType, result } });
    return parseAnswer({ status: 200, text });
  };
  // As the documentation of the HTTP API shows one.
  const histogram = {
    count: '60',
    sum: '33511.44',
    buckets: [
      [1, '-2.8284', '-2', '2'],
      [3, '-0.25', '0.25', '4'],
      [0, '2', '+Inf', '54'],
    ],
  };
  const buckets = [
    { left: -2.8284, right: -2, count: 2 },
    { left: -0.25, right: 0.25, count: 4 },
    { left: 2, right: Infinity, count: 54 },
  ];
  const labels = { cohort: 'canary' };

  it('is read with its buckets, of a moment and of a range, beside numbers too', () => {
    expect(answer('vector', { histogram: [1435781460.781, histogram] })).toEqual({
      kind: 'series',
      series: [{ labels, samples: [], histograms: [[1435781460781, buckets]] }],
    });
    const empty = { count: '0', sum: '0' };
    const range = {
      values: [[1, '7']],
      histograms: [
        [2, empty],
        [3, histogram],
      ],
    };
    expect(answer('matrix', range)).toMatchObject({
      series: [
        {
          samples: [[1000, 7]],
          histograms: [
            [2000, []],
            [3000, buckets],
          ],
        },
      ],
    });
  });

  it.each([
    ['without a count', { sum: '1' }],
    ['with a bucket that lacks its count', { count: '1', buckets: [[0, '1', '2']] }],
    ['with a bound that is no number', { count: '1', buckets: [[0, 'one', '2', '1']] }],
    ['with bounds that fall', { count: '1', buckets: [[0, '2', '1', '1']] }],
    ['with numbers that are no text', { count: '1', buckets: [[0, 1, 2, 1]] }],
    ['that is a number', '1'],
  ])('%s is malformed', (_, odd) => {
    expect(answer('matrix', { histograms: [[1, odd]] })).toMatchObject({ fault: 'malformed' });
  });
});
