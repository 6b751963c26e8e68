import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { MemoryRouteFeed } from '../../../test/support/memory-route-feed.ts';
import { routeOf, routeSpec } from '../../../test/support/random-route.ts';
import { FeatureStream } from './feature-stream.ts';
import type { StreamClient } from './feature-stream.ts';

const first = routeOf(routeSpec(), 1);
const other = routeOf(routeSpec({ migration: 'other' }), 5);

let feed: MemoryRouteFeed;
let stream: FeatureStream;

beforeEach(() => {
  jest.useFakeTimers();
  feed = new MemoryRouteFeed();
  feed.show(first);
  stream = new FeatureStream(feed, 10_000);
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

describe('FeatureStream', () => {
  it('gives all at once, then each change by itself', async () => {
    const client = listener();
    await stream.join(client);
    feed.show(first, other);
    await jest.advanceTimersByTimeAsync(0);
    feed.show(other);
    await jest.advanceTimersByTimeAsync(0);
    expect(told(client)).toEqual([
      'hydration',
      'feature-updated other',
      'feature-removed users-birthdate',
    ]);
  });

  it('reads once for all clients, and once for changes that come together', async () => {
    const clients = [listener(), listener(), listener()];
    for (const client of clients) await stream.join(client);
    const reads = jest.spyOn(feed, 'routes');
    feed.show(routeOf(routeSpec(), 2));
    feed.show(routeOf(routeSpec(), 3));
    feed.show(routeOf(routeSpec(), 4));
    await jest.advanceTimersByTimeAsync(0);
    expect(reads.mock.calls.length).toBeLessThanOrEqual(2);
    for (const client of clients) {
      expect(client.heard.at(-1)).toContain('id: 4\n');
      expect(client.heard.length).toBeLessThanOrEqual(3);
    }
  });

  it('never misses a change that happens while it reads', async () => {
    const client = listener();
    await stream.join(client);
    const read = jest.spyOn(feed, 'routes').mockImplementationOnce(async () => {
      feed.show(routeOf(routeSpec(), 3));
      return [routeOf(routeSpec(), 2)];
    });
    feed.show(routeOf(routeSpec(), 2));
    await jest.advanceTimersByTimeAsync(0);
    expect(read).toHaveBeenCalledTimes(2);
    expect(client.heard.at(-1)).toContain('id: 3\n');
  });

  it('finds a change by itself when the notification was lost, and keeps the line alive', async () => {
    const client = listener();
    await stream.join(client);
    jest.spyOn(feed, 'routes').mockResolvedValue([routeOf(routeSpec(), 2)]);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(told(client)).toEqual(['hydration', 'ping', 'feature-updated users-birthdate']);
  });

  it('tries again soon when a change could not be read', async () => {
    const client = listener();
    await stream.join(client);
    feed.failing = true;
    feed.show(routeOf(routeSpec(), 2));
    await jest.advanceTimersByTimeAsync(0);
    feed.failing = false;
    await jest.advanceTimersByTimeAsync(250);
    expect(told(client)).toEqual(['hydration', 'feature-updated users-birthdate']);
  });

  it('rejects a client before it sent anything when there is nothing to give', async () => {
    feed.failing = true;
    const client = listener();
    await expect(stream.join(client)).rejects.toMatchObject({ code: 'unavailable' });
    expect(client.heard).toEqual([]);
  });

  it('tells nothing to those who left, and ends with everybody', async () => {
    const [gone, there] = [listener(), listener()];
    const leave = await stream.join(gone);
    await stream.join(there);
    leave();
    feed.show(routeOf(routeSpec(), 2));
    await jest.advanceTimersByTimeAsync(0);
    expect(gone.heard).toHaveLength(1);
    stream.close();
    expect([gone.ended(), there.ended()]).toEqual([false, true]);
    const late = listener();
    await stream.join(late);
    expect(late.ended()).toBe(true);
  });
});
