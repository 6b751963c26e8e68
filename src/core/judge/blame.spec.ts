import { describe, expect, it } from '@jest/globals';
import { comparedStep, demoConfig } from '../../../test/support/judged-policy.ts';
import { harmedJudge, type KnownHarm } from '../../../test/support/harmed-judge.ts';
import { errorsHarmOf } from '../../../test/support/standing-evidence.ts';
import { type Blame, blameFor } from './blame.ts';
import { logErrorsHarm } from './errors-judge.ts';

const needed = Math.log(100);

function blame(known: KnownHarm): Blame {
  return blameFor(harmedJudge(known), demoConfig, comparedStep(), { logHarm: known.all, needed });
}

it('these processes hold what they are made to hold', () => {
  expect(logErrorsHarm(errorsHarmOf(7), 0)).toBeCloseTo(7, 12);
});

describe('blameFor', () => {
  it('blames one unit where the others look like the old side', () => {
    expect(blame({ all: 8, without: [0], others: [2.9] })).toMatchObject({ units: ['t0'] });
  });

  it('waits where the others look a little worse, and blames all where they look harmed', () => {
    const close = { all: 8, without: [0], part: 0.9, recent: 6 };
    expect(blame({ ...close, others: [3.1] })).toBe('unclear');
    expect(blame({ ...close, others: [4.5] })).toBe('unclear');
    expect(blame({ ...close, others: [4.7] })).toBe('all');
  });

  it('blames one unit where the others, with most of the traffic, would look twice as harmed', () => {
    const small = { all: 20, without: [0], part: 0.1 };
    expect(blame({ ...small, others: [8.9] })).toMatchObject({ units: ['t0'] });
    expect(blame({ ...small, others: [9.1] })).toBe('all');
  });

  it('blames all where much is left without any unit', () => {
    expect(blame({ all: 8, without: [7, 7.5], others: [1, 1] })).toBe('all');
  });

  it('blames two that broke at once, the one without which less is left first', () => {
    const two = { all: 20, without: [12, 9], others: [12, 9], recent: 20 };
    expect(blame(two)).toMatchObject({ units: ['t1', 't0'] });
  });

  it('blames no two where the evidence has only just become too much, or others stand out', () => {
    expect(blame({ all: 9, without: [5, 4], others: [5, 4], recent: 9 })).toBe('all');
    expect(blame({ all: 20, without: [12, 9], others: [14, 12.5], recent: 20 })).toBe('all');
  });
});
