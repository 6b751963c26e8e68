import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { MemoryFlagFeed } from '../../../test/support/memory-flag-feed.ts';
import { routeOf, routeSpec } from '../../../test/support/random-route.ts';
import { UnleashStream } from './unleash-stream.ts';
import type { StreamClient } from './catalog-stream.ts';
import { ServedFlags } from './served-flags.ts';

const audience = { environment: 'production', projects: '*' } as const;
const first = routeOf(routeSpec(), 1);
const other = routeOf(routeSpec({ migration: 'other' }), 5);

let feed: MemoryFlagFeed;
let stream: UnleashStream;

beforeEach(() => {
  jest.useFakeTimers();
  feed = new MemoryFlagFeed();
  feed.show(first);
  stream = new UnleashStream(feed, new ServedFlags(feed), 10_000);
});

afterEach(() => {
  stream.close();
  jest.useRealTimers();
});

interface Listener extends StreamClient {
  readonly heard: string[];
  readonly ended: () => boolean;
}

function listener(): Listener {
  const heard: string[] = [];
  let ended = false;
  return {
    heard,
    ended: () => ended,
    send: (events) => heard.push(events),
    end: () => {
      ended = true;
    },
  };
}

interface Delta {
  readonly type: string;
  readonly feature?: { readonly name: string };
  readonly featureName?: string;
}

/** Types and names in the events that a client heard, in order. */
function told(client: Listener): string[] {
  return client.heard.flatMap((text) => {
    const data = /^data: (.*)$/m.exec(text)?.[1];
    if (data === undefined) return ['ping'];
    const { events } = JSON.parse(data) as { events: Delta[] };
    return events.map(({ type, feature, featureName }) =>
      [type, feature?.name ?? featureName].join(' ').trim(),
    );
  });
}

describe('UnleashStream', () => {
  it('gives all at once, then each change by itself', async () => {
    const client = listener();
    await stream.join(client, audience);
    feed.show(first, other);
    feed.show(other);
    expect(told(client)).toEqual([
      'hydration',
      'feature-updated other',
      'feature-removed users-birthdate',
    ]);
  });

  it('reads nothing by itself, and serialises a change once for all clients', async () => {
    const clients = [listener(), listener(), listener()];
    for (const client of clients) await stream.join(client, audience);
    const reads = jest.spyOn(feed, 'catalog');
    const serialise = jest.spyOn(JSON, 'stringify');
    feed.show(routeOf(routeSpec(), 2));
    const events = serialise.mock.calls.filter(([value]) => Object.hasOwn(Object(value), 'events'));
    serialise.mockRestore();
    expect(reads).not.toHaveBeenCalled();
    expect(events).toHaveLength(1);
    for (const client of clients) expect(client.heard.at(-1)).toContain('id: 2\n');
  });

  it('keeps the line alive', async () => {
    const client = listener();
    await stream.join(client, audience);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(told(client)).toEqual(['hydration', 'ping']);
  });

  it('tells who comes back what it missed, and nothing else', async () => {
    const [back, current, stranger] = [listener(), listener(), listener()];
    feed.show(first, other);
    await stream.join(back, audience, 1);
    await stream.join(current, audience, 2);
    await stream.join(stranger, audience, 3);
    expect([told(back), told(current), told(stranger)]).toEqual([
      ['feature-updated other'],
      [],
      ['hydration'],
    ]);
  });

  it('sends nothing of a project to who may not read it', async () => {
    const [shop, all] = [listener(), listener()];
    await stream.join(shop, { environment: 'production', projects: ['shop'] });
    await stream.join(all, audience);
    feed.show(first, other);
    expect(shop.heard).toHaveLength(1);
    expect(shop.heard[0]).toContain('"features":[]');
    expect(told(all)).toEqual(['hydration', 'feature-updated other']);
  });

  it('rejects a client before it sent anything when there is nothing to give', async () => {
    feed.failing = true;
    const client = listener();
    await expect(stream.join(client, audience)).rejects.toMatchObject({ code: 'unavailable' });
    expect(client.heard).toEqual([]);
  });

  it('tells nothing to those who left, and ends with everybody', async () => {
    const [gone, there] = [listener(), listener()];
    const leave = await stream.join(gone, audience);
    await stream.join(there, audience);
    leave();
    feed.show(routeOf(routeSpec(), 2));
    expect(gone.heard).toHaveLength(1);
    stream.close();
    expect([gone.ended(), there.ended()]).toEqual([false, true]);
    const late = listener();
    await stream.join(late, audience);
    expect(late.ended()).toBe(true);
  });
});
