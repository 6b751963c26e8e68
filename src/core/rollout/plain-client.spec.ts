import { describe, expect, it } from '@jest/globals';
import { everyInstanceRuns, isGone, slowestPoll } from './arrival.ts';
import { observedClient, type PlainClient, type StandingFlag } from './plain-client.ts';

/** It became so at 100 s; everybody polls every 10 s. */
const flag: StandingFlag = { revision: 7, since: 40, changedAt: 100_000, safeSide: 'new' };
const client: PlainClient = {
  service: 'billing',
  instance: 'pod-1',
  held: 40,
  askedAt: 90_000,
  intervalMs: 10_000,
  heardMs: null,
  lastSeenAt: 120_000,
};

function waitingFor(changes: Partial<PlainClient>, now = 120_000): readonly string[] {
  return everyInstanceRuns([observedClient({ ...client, ...changes }, flag)], 7, now).waiting;
}

describe('a plain client', () => {
  it('has arrived when its poll says that it holds the flag as it stands, and not before', () => {
    expect(waitingFor({})).toEqual([]);
    expect(waitingFor({ held: 41 })).toEqual([]);
    expect(waitingFor({ held: 39 })).toEqual([
      'pod-1 has not fetched the flag as it stands (served)',
    ]);
  });

  it('that says nothing has arrived when it asked after twice its interval', () => {
    expect(waitingFor({ held: null, askedAt: 120_001 })).toEqual([]);
    expect(waitingFor({ held: null, askedAt: 120_000 })).toEqual([
      'pod-1 has not fetched the flag as it stands (assumed)',
    ]);
    expect(waitingFor({ held: null, askedAt: 129_000, intervalMs: null })).toHaveLength(1);
  });

  it('is silent after three polls, whatever it held, and gone after a quarter of an hour more', () => {
    expect(waitingFor({}, 150_000)).toEqual([]);
    expect(waitingFor({}, 150_001)).toEqual([expect.stringMatching(/^pod-1 is silent for 30 s, /)]);
    const observed = observedClient(client, flag);
    expect(isGone(observed, 120_000 + 930_000)).toBe(false);
    expect(isGone(observed, 120_000 + 930_001)).toBe(true);
  });

  it('takes the safe side of the flag that it holds, and the old one before', () => {
    expect(observedClient(client, flag).safeSide).toBe('new');
    expect(observedClient({ ...client, held: 39 }, flag).safeSide).toBe('old');
  });

  it('may take two polls of the slowest before waiting for it is worth a word', () => {
    const slow = observedClient({ ...client, intervalMs: null }, flag);
    expect(slowestPoll([observedClient(client, flag), slow])).toBe(30_000);
    expect(slowestPoll([])).toBe(0);
  });

  it('of which one hears less often than it polls is given that time as well', () => {
    const elsewhere = { ...client, held: null, heardMs: 100_000 };
    const observed = observedClient(elsewhere, flag);
    expect(slowestPoll([observed])).toBe(120_000);
    expect(waitingFor({ ...elsewhere, askedAt: 120_001 }, 420_000)).toEqual([]);
    expect(waitingFor(elsewhere, 420_001)).toEqual([
      expect.stringMatching(/^pod-1 is silent for 300 s, /),
    ]);
  });
});
