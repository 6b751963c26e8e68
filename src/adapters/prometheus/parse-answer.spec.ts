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
  it('is no number, and it is said what is right', () => {
    // As the documentation of the HTTP API shows one.
    const histogram = {
      count: '60',
      sum: '33511.44',
      buckets: [
        [1, '-2.8284', '-2', '2'],
        [3, '-0.25', '0.25', '4'],
        [0, '2', '2.8284', '54'],
      ],
    };
    const result = [{ metric: { __name__: 'h' }, histogram: [1435781460, histogram] }];
    const text = JSON.stringify({ status: 'success', data: { resultType: 'vector', result } });
    expect(parseAnswer({ status: 200, text })).toMatchObject({
      kind: 'fault',
      fault: 'malformed',
      reason: expect.stringMatching(/native histograms.*use histogram_quantile/),
    });
  });
});
