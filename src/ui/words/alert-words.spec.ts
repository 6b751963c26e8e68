import { describe, expect, it } from '@jest/globals';
import type { AlertConcern } from '../../core/protocol/alert-list.ts';
import { alertName, concernWords } from './alert-words.ts';

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

  it('say what it does to a rollout', () => {
    expect(concernWords(concern)).toBe('holds');
    expect(concernWords({ ...concern, action: null })).toBe('');
  });

  it('say who dismissed it and why', () => {
    const dismissed = { alert: 'a', by: 'ann', at: 0, reason: 'a test of the pager' };
    expect(concernWords({ ...concern, dismissed })).toBe('dismissed by ann: a test of the pager');
  });
});
