import { beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryRouteFeed } from '../../../test/support/memory-route-feed.ts';
import { routeOf, routeSpec } from '../../../test/support/random-route.ts';
import type { GatewayAnswer } from '../../core/gateway/gateway-answer.ts';
import type { Side } from '../../core/protocol/route.ts';
import { GatewayMemory, gatewayMaxStaleMs, type Lease } from './gateway-memory.ts';

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

function answer(rollout: string, unit: string, safeSide: Side, lease = atLength()): GatewayAnswer {
  return memory.answer(rollout, unit, safeSide, lease);
}

/** Heard just now, and good for a quarter of an hour. */
function atLength(): Lease {
  return { renewedAt: now, forMs: gatewayMaxStaleMs };
}

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
    expect(answer('nobody', 't1', 'new')).toMatchObject({ side: 'new', reason: 'unknown' });
  });

  it('keeps its routes while the database is away, and after a quarter of an hour its safe side', async () => {
    feed.show(routeOf(routeSpec(), 1));
    await run(1);
    feed.failing = true;
    await run(gatewayMaxStaleMs / 1_000);
    expect(answer(name, ringed, 'old')).toMatchObject({ side: 'new', reason: 'ring' });
    await run(1);
    const stale = { side: 'old', cohort: null, reason: 'stale', revision: 1 };
    expect(answer(name, ringed, 'old')).toMatchObject(stale);
    feed.failing = false;
    await run(1);
    expect(answer(name, ringed, 'old')).toMatchObject({ side: 'new' });
  });

  it('serves the safe side once the lease is over: by what was read, or by what was heard of it', async () => {
    feed.show(routeOf(routeSpec(), 1));
    await run(1);
    const heardAt = now;
    const short = (): Lease => ({ renewedAt: now, forMs: 10_000 });
    const unheard = (): Lease => ({ renewedAt: heardAt, forMs: 10_000 });
    await run(10);
    expect(answer(name, ringed, 'old', unheard())).toMatchObject({ side: 'new' });
    await run(1);
    expect(answer(name, ringed, 'old', unheard())).toMatchObject({ side: 'old', reason: 'stale' });
    expect(answer(name, ringed, 'old', short())).toMatchObject({ side: 'new' });
    feed.failing = true;
    await run(10);
    expect(answer(name, ringed, 'old', short())).toMatchObject({ side: 'new' });
    await run(1);
    expect(answer(name, ringed, 'old', short())).toMatchObject({ side: 'old', reason: 'stale' });
  });

  it('serves the safe side after a freeze until it knows again what stands', async () => {
    feed.show(routeOf(routeSpec(), 1));
    await run(1);
    now += 10_000;
    expect(answer(name, ringed, 'old')).toMatchObject({ side: 'old', reason: 'frozen' });
    await run(1);
    expect(answer(name, ringed, 'old')).toMatchObject({ side: 'new', reason: 'ring' });
  });

  it('stays with new once that is the safe side', async () => {
    feed.show(routeOf(routeSpec({ safeSide: 'new' }), 1));
    feed.show(routeOf(routeSpec({ safeSide: 'old' }), 2, false));
    await run(1);
    expect(memory.safeSideOf(name)).toBe('new');
    expect(answer(name, 't1', 'old')).toMatchObject({ side: 'new', reason: 'disabled' });
  });
});
