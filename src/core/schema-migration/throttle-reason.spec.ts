import { describe, expect, it } from '@jest/globals';
import { longBatch, type TargetLoad, throttleReason, USUAL_LIMITS } from './throttle-reason.ts';

const quiet: TargetLoad = {
  lockWaiters: 0,
  replicaLagMs: 0,
  activeBackends: 3,
  walBytesPerSecond: 90_000_000,
  deadRows: 1,
};

describe('throttleReason', () => {
  it('has none on a target that fares well', () => {
    expect(throttleReason(quiet, USUAL_LIMITS)).toBeNull();
  });

  it.each<[Partial<TargetLoad>, string]>([
    [{ lockWaiters: 2 }, '2 sessions wait for locks'],
    [{ replicaLagMs: 6_200 }, 'a replica is 6.2 s behind, at most 5.0 s is wanted'],
    [{ activeBackends: 41 }, '41 sessions are at work, at most 40 are wanted'],
    [{ deadRows: 2.5 }, '2.5 dead rows for each live one wait for a vacuum, at most 2 are wanted'],
  ])('names what %j is too much of', (load, words) => {
    expect(throttleReason({ ...quiet, ...load }, USUAL_LIMITS)).toBe(`throttled: ${words}`);
  });

  it('minds the log only where somebody has set a limit, once there is a rate', () => {
    const limits = { ...USUAL_LIMITS, walBytesPerSecond: 50_000_000 };
    const words = 'throttled: 90.0 MB of WAL a second, at most 50.0 are wanted';
    expect(throttleReason(quiet, limits)).toBe(words);
    expect(throttleReason({ ...quiet, walBytesPerSecond: null }, limits)).toBeNull();
  });

  it('lets a limit be met, and be taken away', () => {
    expect(throttleReason({ ...quiet, activeBackends: 40 }, USUAL_LIMITS)).toBeNull();
    const none = { ...USUAL_LIMITS, activeBackends: null };
    expect(throttleReason({ ...quiet, activeBackends: 400 }, none)).toBeNull();
  });
});

describe('longBatch', () => {
  it('is one that took more than four times its target', () => {
    expect(longBatch(400, 100)).toBeNull();
    expect(longBatch(401, 100)).toBe('throttled: the last batch took 401 ms, its target is 100 ms');
  });
});
