import { describe, expect, it } from '@jest/globals';
import { everyInstanceRuns, stillDraining } from './arrival.ts';
import type { ObservedInstance } from './observations.ts';

/** A gateway's server with a lease of ten seconds; silent since 100 s. */
const server: ObservedInstance = {
  service: 'parcels-api',
  instance: 'nginx-1 via a',
  implements: true,
  revision: 6,
  safeSide: 'old',
  draining: 0,
  drainMs: 905_000,
  lastSeenAt: 100_000,
  maxStaleMs: 10_000,
};

const waitingAt = (now: number): readonly string[] => everyInstanceRuns([server], 7, now).waiting;
const leftAt = (now: number, changes: Partial<ObservedInstance> = {}): readonly string[] =>
  stillDraining([{ ...server, ...changes }], now);

describe('a process that is silent', () => {
  it('is waited for while its lease may let it serve, and no longer', () => {
    expect(waitingAt(113_000)).toEqual([
      'nginx-1 via a is silent for 13 s, and counts as gone after 13 s',
    ]);
    expect(waitingAt(113_001)).toEqual([]);
  });

  it('leaves behind what it sent on elsewhere, for as long as that may run', () => {
    expect(leftAt(113_000)).toEqual([]);
    const words =
      'nginx-1 via a is gone, and what it sent to the new side may run for another 905 s';
    expect(leftAt(113_001)).toEqual([words]);
    expect(leftAt(113_000 + 905_000 - 1)).toHaveLength(1);
    expect(leftAt(113_000 + 905_000)).toEqual([]);
  });

  it('leaves nothing where its work ends with it, or is of something else', () => {
    const { drainMs: _, ...own } = server;
    expect(stillDraining([own], 113_001)).toEqual([]);
    expect(leftAt(113_001, { implements: false })).toEqual([]);
  });

  it('still has to finish what it reported while it may serve', () => {
    expect(leftAt(113_000, { draining: 2 })).toEqual(['nginx-1 via a has 2 operations to finish']);
  });
});
