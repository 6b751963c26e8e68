import { describe, expect, it } from '@jest/globals';
import { span as spanOnServer } from '../../core/span.ts';
import { fleetRow } from '../../../test/support/fleet-row.ts';
import { measurementWith, now, viewWith } from '../../../test/support/rollout-view.ts';
import { amount, odds, verdictOf } from './guard-words.ts';
import { needsAttention, reasonOf, rowReason, rowStep, stateOf } from './rollout-words.ts';
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

  it('read as the server writes them', () => {
    const border = [10_000, 60_000, 3_600_000, 172_800_000].flatMap((ms) => [
      ms - 501,
      ms - 499,
      ms,
    ]);
    const times = [-1, 0, 51, ...border, 5_400_000];
    expect(times.map(span)).toEqual(times.map(spanOnServer));
  });

  it('count down to the second, and never below nothing', () => {
    expect([-5, 1, 61_000, 3_729_000].map(countdown)).toEqual(['0:00', '0:01', '1:01', '1:02:09']);
  });
});

describe('a rollout', () => {
  const hold = {
    code: 'noData',
    reason: 'no counts from users-api',
    since: now - 840_000,
  } as const;

  it('that holds says for how long and why, and wants attention', () => {
    const view = viewWith({ hold });
    expect(stateOf(view)).toEqual({ words: 'Hold 14m', icon: 'hold', tone: 'warn' });
    expect(reasonOf(view)).toBe('no counts from users-api');
    expect(needsAttention(view)).toBe(true);
    expect(needsAttention(viewWith({ hold: null }))).toBe(false);
  });

  it('names its step until it has ended', () => {
    expect(rowStep(fleetRow('users'))).toBe('4/6 share 10%');
    expect(rowStep(fleetRow('users', { endedAt: now, phase: 'completed' }))).toBe('');
  });

  it('says in a row why it stands as it does', () => {
    const rollback = { cause: 'errors 10%', by: 'crossfade' };
    const lastDecision = { action: 'advance', reason: 'the bake is over', at: 1 } as const;
    const stop = { reason: 'lunch', by: 'ann', at: 1 };
    const row = fleetRow('users', { lastDecision });
    expect(rowReason(row)).toBe('the bake is over');
    expect(rowReason({ ...row, hold })).toBe('no counts from users-api');
    expect(rowReason({ ...row, hold, stop, phase: 'paused' })).toBe('lunch');
    expect(rowReason({ ...row, rollback, phase: 'rolling_back' })).toBe('errors 10%');
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
