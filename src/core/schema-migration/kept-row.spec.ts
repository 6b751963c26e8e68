import { describe, expect, it } from '@jest/globals';
import { withoutValues } from './kept-row.ts';

describe('the reason of a row in quarantine', () => {
  it.each([
    [
      'invalid input syntax for type date: "n/a"',
      'invalid input syntax for type date: … (3 characters)',
    ],
    [`down gives back 'it''s "me"'`, 'down gives back … (10 characters)'],
    [
      'invalid input syntax for type date: "cut o',
      'invalid input syntax for type date: … (5 characters)',
    ],
    ['integer out of range', 'integer out of range'],
  ])('%s shows no value', (message, shown) => {
    expect(withoutValues(message)).toBe(shown);
  });
});
