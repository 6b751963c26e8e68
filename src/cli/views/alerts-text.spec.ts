import { describe, expect, it } from '@jest/globals';
import { lines, look, now } from '../../../test/support/rollout-view.ts';
import { firingAlert } from '../../../test/support/firing-alert.ts';
import type { ListedAlert } from '../../core/protocol/alert-list.ts';
import { alertsText } from './alerts-text.ts';

const listed = (more: Partial<ListedAlert>): ListedAlert => ({
  ...firingAlert(now - 60_000),
  status: 'firing',
  endsAt: null,
  lastHeardAt: now,
  resolvedAt: null,
  told: 2,
  concerns: [],
  ...more,
});

describe('the list of alerts', () => {
  it('has a line for each alert, and one for each rollout that it concerns', () => {
    const rollout = { rollout: 'users-1', policy: 'users', project: 'shop' };
    const dismissed = { alert: '3fa1b2c4d5e6', by: 'alice', reason: 'a test', at: now };
    const did = [{ seq: 7, at: now - 30_000, action: 'hold' as const }];
    const concerns = [
      { ...rollout, action: 'hold' as const, did },
      { ...rollout, rollout: 'orders-1', action: 'notify' as const, dismissed, did: [] },
    ];
    const over = { id: '0123456789ab', status: 'resolved', resolvedAt: now - 10_000 } as const;
    const text = alertsText({ alerts: [listed({ concerns }), listed(over)], now }, look);
    expect(lines(text)).toEqual([
      '3fa1b2c4d5e6  since 03:15:20  CheckoutErrors (alertmanager)  half of all payments fail',
      '                              users-1                        holds; hold 03:15:50 (decision 7)',
      '                              orders-1                       dismissed by alice: a test',
      '0123456789ab  until 03:16:10  CheckoutErrors (alertmanager)  half of all payments fail',
    ]);
  });

  it('says when there is nothing', () => {
    expect(alertsText({ alerts: [], now }, look)).toBe('no alert fires\n');
  });
});
