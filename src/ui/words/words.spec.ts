import { describe, expect, it } from '@jest/globals';
import { measurementWith, now, viewWith } from '../../../test/support/rollout-view.ts';
import { amount, odds, verdictOf } from './guard-words.ts';
import { byUrgency, needsAttention, reasonOf, stateOf, stepOf } from './rollout-words.ts';
import { countdown, span } from './time-words.ts';

describe('times', () => {
  it('are short', () => {
    expect([0, 940, 59_400, 61_000, 7_500_000, 200_000_000].map(span)).toEqual([
      '0 s',
      '0.9 s',
      '59 s',
      '1m',
      '2h 5m',
      '2d',
    ]);
  });

  it('count down to the second, and never below nothing', () => {
    expect([-5, 1, 61_000, 3_729_000].map(countdown)).toEqual(['0:00', '0:01', '1:01', '1:02:09']);
  });
});

describe('a rollout', () => {
  const hold = { code: 'noData', reason: 'no counts from users-api', since: now - 840_000 };

  it('that holds says for how long and why, and wants attention', () => {
    const view = viewWith({ hold });
    expect(stateOf(view)).toEqual({ words: 'Hold 14m', icon: 'hold', tone: 'warn' });
    expect(reasonOf(view)).toBe('no counts from users-api');
    expect(needsAttention(view)).toBe(true);
    expect(needsAttention(viewWith({ hold: null }))).toBe(false);
  });

  it('names its step until it has ended', () => {
    expect(stepOf(viewWith())).toBe('4/6 share 10%');
    expect(stepOf(viewWith({ endedAt: now, phase: 'completed' }))).toBe('');
  });

  it('that is frozen stands before one that holds, that before one that moves, that before one that is over', () => {
    const views = [
      viewWith({ policy: 'over', endedAt: now, phase: 'completed', hold: null }),
      viewWith({ policy: 'moves', hold: null }),
      viewWith({ policy: 'holds', hold }),
      viewWith({ policy: 'frozen', phase: 'frozen' }),
    ];
    expect(views.toSorted(byUrgency).map(({ policy }) => policy)).toEqual([
      'frozen',
      'holds',
      'moves',
      'over',
    ]);
  });
});

describe('a guard', () => {
  it('has its values in its unit', () => {
    expect(amount(0.0011, 'ratio')).toBe('0.11%');
    expect(amount(0.0844, 'seconds')).toBe('84 ms');
    expect(amount(null, 'ratio')).toBe('–');
  });

  it('that saw nothing does not look as if it had found nothing wrong', () => {
    const unseen = { canary: 0, baseline: 0, units: 0 };
    expect(verdictOf(measurementWith()).words).toBe('Not worse');
    expect(verdictOf(measurementWith({ samples: unseen })).words).toBe('Not judged');
    expect(verdictOf(measurementWith({ verdict: 'fail' })).tone).toBe('bad');
  });

  it('has odds in words', () => {
    expect([0, Math.log(1200), 99].map(odds)).toEqual(['1', '1,200', 'over a million']);
  });
});
