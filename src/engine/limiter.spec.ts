import { beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryPermitStore } from '../../test/support/memory-permit-store.ts';
import { blockOf, burstOf, defaultLimits } from '../core/limits/limits.ts';
import { Limiter } from './limiter.ts';

const perMinute = 3_000;
const limits = { ...defaultLimits, look: perMinute, change: null };
const block = blockOf(perMinute);
const burst = burstOf(perMinute);

let store: MemoryPermitStore;
let now: number;
let limiter: Limiter;

const server = (): Limiter => new Limiter(store, limits, () => now);

beforeEach(() => {
  store = new MemoryPermitStore();
  now = 0;
  limiter = server();
});

/** How many of so many calls are let in. */
async function admitted(calls: number, ...servers: readonly Limiter[]): Promise<number> {
  let count = 0;
  for (let call = 0; call < calls; call += 1) {
    const one = servers[call % servers.length] ?? limiter;
    if ((await one.wait('ana', 'look')) === 0) count += 1;
  }
  return count;
}

describe('the limiter', () => {
  it('asks once for a block of calls', async () => {
    expect(await admitted(block * 5, limiter)).toBe(block * 5);
    expect(store.asked).toBe(5);
  });

  it('asks once for all that come at once', async () => {
    const waits = await Promise.all(
      Array.from({ length: block * 9 }, () => limiter.wait('ana', 'look')),
    );
    expect(waits).toEqual(waits.map(() => 0));
    expect(store.asked).toBe(1);
  });

  it('lets two servers together give out what the limit says', async () => {
    expect(await admitted(burst * 2, limiter, server())).toBe(burst);
  });

  it('refuses without asking again until the time has come', async () => {
    await admitted(burst, limiter);
    const waitMs = await limiter.wait('ana', 'look');
    expect(waitMs).toBe(60_000 / perMinute);
    const { asked } = store;
    expect(await admitted(100, limiter)).toBe(0);
    expect(store.asked).toBe(asked);
    now += waitMs;
    await limiter.wait('ana', 'look');
    expect(store.asked).toBe(asked + 1);
  });

  it('loses what a server took and did not use within ten seconds, a block and no more', async () => {
    await limiter.wait('ana', 'look');
    now += 10_000;
    expect(await admitted(burst, limiter)).toBe(burst - block);
  });

  it('counts each caller and each kind by itself, and what has no limit not at all', async () => {
    await admitted(burst, limiter);
    expect(await limiter.wait('ben', 'look')).toBe(0);
    expect(await limiter.wait('ana', 'apply')).toBe(0);
    const { asked } = store;
    expect(await limiter.wait('ana', 'change')).toBe(0);
    expect(store.asked).toBe(asked);
  });

  it('refuses nobody while the store is away, and does not ask it each time', async () => {
    await admitted(burst, limiter);
    now += 1_000;
    store.isAway = true;
    const { asked } = store;
    expect(await admitted(1_000, limiter)).toBe(1_000);
    expect(store.asked).toBe(asked + 1);
  });
});
