import { describe, expect, it } from '@jest/globals';
import type { AlertConcern } from '../../core/protocol/alert-list.ts';
import { alertName, concernWords } from './alert-words.ts';
import { clock } from './time-words.ts';

const concern: AlertConcern = {
  rollout: 'users-1',
  policy: 'users',
  project: 'default',
  action: 'hold',
  did: [],
};

describe('words for alerts', () => {
  it('name it as its source does', () => {
    expect(alertName({ labels: { alertname: 'Slow' }, fingerprint: 'f' })).toBe('Slow');
    expect(alertName({ labels: {}, fingerprint: 'f' })).toBe('f');
  });

  it('say what it does to a rollout, and what it has led to', () => {
    const did = [{ seq: 4, at: 0, action: 'hold' as const }];
    expect(concernWords(concern, 0)).toBe('holds');
    expect(concernWords({ ...concern, did }, 0)).toBe(`holds; hold at ${clock(0, 0)}`);
    expect(concernWords({ ...concern, action: null }, 0)).toBe('');
  });

  it('say who dismissed it and why', () => {
    const dismissed = { alert: 'a', by: 'ann', at: 0, reason: 'a test of the pager' };
    expect(concernWords({ ...concern, dismissed }, 0)).toBe(
      'dismissed by ann: a test of the pager',
    );
  });
});
