import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { MemoryRouteFeed } from '../../../test/support/memory-route-feed.ts';
import { routeOf, routeSpec } from '../../../test/support/random-route.ts';
import { RouteStreams } from './route-streams.ts';

const users = 'users-birthdate';
const other = routeOf(routeSpec({ migration: 'other' }), 5);

let feed: MemoryRouteFeed;
let streams: RouteStreams;

beforeEach(() => {
  jest.useFakeTimers();
  feed = new MemoryRouteFeed();
  feed.show(routeOf(routeSpec(), 1), other);
  streams = new RouteStreams(feed);
});

afterEach(() => {
  streams.close();
  jest.useRealTimers();
});

class Listener {
  readonly heard: string[] = [];
  ended = false;

  send(events: string): void {
    this.heard.push(events);
  }

  end(): void {
    this.ended = true;
  }

  /** Migrations and revisions that it was told, event by event. */
  get told(): readonly string[] {
    return this.heard.flatMap((text) => {
      const data = /^data: (.*)$/m.exec(text)?.[1];
      if (data === undefined) return [];
      const { routes } = JSON.parse(data) as { routes: { migration: string; revision: number }[] };
      return routes.map(({ migration, revision }) => `${migration} ${revision}`);
    });
  }
}

describe('RouteStreams', () => {
  it('tells what a client implements, at once and again when it changed', async () => {
    const client = new Listener();
    await streams.join([users], client);
    feed.show(routeOf(routeSpec(), 2), other);
    feed.show(routeOf(routeSpec(), 2), routeOf(routeSpec({ migration: 'other' }), 6));
    expect(client.heard[0]).toBe(': connected\n\n');
    expect(client.told).toEqual([`${users} 1`, `${users} 2`]);
  });

  it('reads nothing by itself: a change costs what the feed read, for any number of clients', async () => {
    const clients = Array.from({ length: 100 }, () => new Listener());
    for (const client of clients) await streams.join([users], client);
    const reads = jest.spyOn(feed, 'routes');
    feed.show(routeOf(routeSpec(), 2));
    expect(reads).not.toHaveBeenCalled();
    expect(clients.every(({ told }) => told.at(-1) === `${users} 2`)).toBe(true);
  });

  it('keeps the line alive', async () => {
    const client = new Listener();
    await streams.join([users], client);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(client.heard.at(-1)).toBe(': ping\n\n');
  });

  it('rejects a client before it sent anything when there is nothing to give', async () => {
    feed.failing = true;
    const client = new Listener();
    await expect(streams.join([users], client)).rejects.toMatchObject({ code: 'unavailable' });
    expect(client.heard).toEqual([]);
    expect(streams.size).toBe(0);
  });

  it('tells nothing to those who left, and ends with everybody', async () => {
    const [gone, there, late] = [new Listener(), new Listener(), new Listener()];
    const leave = await streams.join([users], gone);
    await streams.join([users], there);
    leave();
    feed.show(routeOf(routeSpec(), 2));
    expect([gone.told.length, there.told.length]).toEqual([1, 2]);
    streams.close();
    expect([gone.ended, there.ended]).toEqual([false, true]);
    await streams.join([users], late);
    expect(late.ended).toBe(true);
    expect(streams.size).toBe(0);
  });
});
