import { beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryRouteFeed } from '../../../test/support/memory-route-feed.ts';
import { routeOf, routeSpec } from '../../../test/support/random-route.ts';
import { GatewayMemory, gatewayMaxStaleMs } from './gateway-memory.ts';

const name = 'users-birthdate';
const ringed = 'tenant-3';

let feed: MemoryRouteFeed;
let memory: GatewayMemory;
let now: number;

beforeEach(() => {
  now = 0;
  feed = new MemoryRouteFeed();
  memory = new GatewayMemory(feed, () => now);
});

/** The looks of so many seconds, one each. */
async function run(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    now += 1_000;
    await memory.look();
  }
}

describe('what gateways are answered from', () => {
  it('answers by a change as soon as it is known, and then tells of it', () => {
    const heard: number[] = [];
    memory.onChange(() => heard.push(memory.revisionOf(name)));
    feed.show(routeOf(routeSpec(), 1));
    feed.show(routeOf(routeSpec(), 1));
    feed.show(routeOf(routeSpec(), 2));
    expect(heard).toEqual([1, 2]);
  });

  it('serves an unknown rollout by what the gateway falls to', () => {
    expect(memory.answer('nobody', 't1', 'new')).toMatchObject({ side: 'new', reason: 'unknown' });
  });

  it('keeps its routes while the database is away, and after a quarter of an hour its safe side', async () => {
    feed.show(routeOf(routeSpec(), 1));
    await run(1);
    feed.failing = true;
    await run(gatewayMaxStaleMs / 1_000);
    expect(memory.answer(name, ringed, 'old')).toMatchObject({ side: 'new', reason: 'ring' });
    await run(1);
    const stale = { side: 'old', cohort: null, reason: 'stale', revision: 1 };
    expect(memory.answer(name, ringed, 'old')).toMatchObject(stale);
    feed.failing = false;
    await run(1);
    expect(memory.answer(name, ringed, 'old')).toMatchObject({ side: 'new' });
  });

  it('serves the safe side after a freeze until it knows again what stands', async () => {
    feed.show(routeOf(routeSpec(), 1));
    await run(1);
    now += 10_000;
    expect(memory.answer(name, ringed, 'old')).toMatchObject({ side: 'old', reason: 'frozen' });
    await run(1);
    expect(memory.answer(name, ringed, 'old')).toMatchObject({ side: 'new', reason: 'ring' });
  });

  it('stays with new once that is the safe side', async () => {
    feed.show(routeOf(routeSpec({ safeSide: 'new' }), 1));
    feed.show(routeOf(routeSpec({ safeSide: 'old' }), 2, false));
    await run(1);
    expect(memory.safeSideOf(name)).toBe('new');
    expect(memory.answer(name, 't1', 'old')).toMatchObject({ side: 'new', reason: 'disabled' });
  });
});
