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
