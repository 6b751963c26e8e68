import { describe, expect, it } from '@jest/globals';
import { trialOf, withoutTrials } from './trial.ts';

describe('a trial of statements', () => {
  it('is left out where savepoints are not to be had, once for each operation', () => {
    const [one, other] = [trialOf(['a', 'b'], ['c']), trialOf(['d'], ['e'])];
    expect(one).toContain('ROLLBACK TO SAVEPOINT crossfade_tried');
    expect(withoutTrials(['x', ...one, 'a', 'b', ...other, 'd'])).toEqual(['x', 'a', 'b', 'd']);
  });

  it('is none without a way back', () => {
    expect(trialOf(['a'], [])).toEqual([]);
  });
});
