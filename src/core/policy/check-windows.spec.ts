import { describe, expect, it } from '@jest/globals';
import { policyWith } from '../../../test/support/checked-policy.ts';
import { checkWindows } from './check-windows.ts';
import type { Window } from './window.ts';

const office: Window = {
  days: ['mon', 'tue'],
  from: 9 * 60,
  to: 9 * 60 + 25,
  timezone: 'Europe/Berlin',
  offHours: 'retreat',
};

const messages = (...windows: readonly Window[]): readonly string[] =>
  checkWindows(policyWith({ windows })).map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('windows that a rollout could never get through', () => {
  it('are those shorter than a ramp that begins anew in each', () => {
    expect(messages(office)).toEqual([
      'windows.0.offHours: the ramp bakes for 30 minutes and no window is open for more than 25: with ' +
        '`retreat` it begins anew in each and never arrives; write `offHours: keep`, longer windows or shorter bakes',
    ]);
  });

  it('are not those that keep who is on the new side, or leave it the time', () => {
    expect(messages({ ...office, offHours: 'keep' })).toEqual([]);
    expect(messages({ ...office, to: 9 * 60 + 30 })).toEqual([]);
  });

  it('count together when one follows the other, over midnight and the end of the week', () => {
    const late: Window = { ...office, days: ['sat'], from: 23 * 60 + 40, to: 0 };
    expect(messages(late, { ...late, days: ['sun'], from: 0, to: 10 })).toEqual([]);
    expect(messages(late, { ...late, days: ['sun'], from: 1, to: 10 })).toHaveLength(2);
    expect(
      messages({
        ...office,
        days: ['sat', 'sun', 'mon', 'tue', 'wed', 'thu', 'fri'],
        from: 0,
        to: 0,
      }),
    ).toEqual([]);
  });
});

describe('a blackout', () => {
  it('ends on its first day or later', () => {
    const days = { from: '2026-12-24', to: '2026-12-23', timezone: 'Europe/Berlin' };
    expect(checkWindows(policyWith({ blackouts: [days] }))).toMatchObject([
      { path: ['blackouts', 0, 'to'], severity: 'fault' },
    ]);
    expect(checkWindows(policyWith({ blackouts: [{ ...days, to: days.from }] }))).toEqual([]);
  });
});
