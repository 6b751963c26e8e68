import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { MemoryChangeFeed } from '../../../test/support/memory-change-feed.ts';
import type { Roles } from '../../core/access/role.ts';
import { CrossfadeError } from '../../core/errors.ts';
import { ChangeStreams, type Watcher } from './change-streams.ts';

const everywhere: Roles = new Map([['*', 'viewer']]);

let feed: MemoryChangeFeed;
let streams: ChangeStreams;

beforeEach(() => {
  jest.useFakeTimers();
  feed = new MemoryChangeFeed();
  streams = new ChangeStreams(feed, { streams: 3, perToken: 2, kept: 4, recheckMs: 1_000 });
});

afterEach(() => {
  streams.onModuleDestroy();
  jest.useRealTimers();
});

class Listener {
  readonly #heard: string[] = [];
  ended = false;

  send(events: string): void {
    this.#heard.push(events);
  }

  end(): void {
    this.ended = true;
  }

  /** Kinds of events, changes by the name of what has changed. */
  get told(): readonly string[] {
    return [...this.#heard.join('').matchAll(/^event: (\w+)\nid: \S+\ndata: (.*)$/gm)].map(
      ([, kind, data]) => (JSON.parse(data ?? '') as { name?: string }).name ?? kind ?? '',
    );
  }

  get lastId(): string {
    return [...this.#heard.join('').matchAll(/^id: (\S+)$/gm)].at(-1)?.[1] ?? '';
  }
}

function watcher(roles = everywhere, id = 'ann'): Watcher {
  return { id, roles, recheck: () => Promise.resolve(roles) };
}

function joined(after = '', who = watcher()): Listener {
  const listener = new Listener();
  streams.join(listener, who, after);
  return listener;
}

describe('streams of changes', () => {
  it('tell who comes to ask for everything, then each change and that nothing was missed', () => {
    const listener = joined();
    feed.change('users-birthdate');
    feed.confirm(7);
    expect(listener.told).toEqual(['reset', 'users-birthdate', 'beat']);
  });

  it('tell who comes back exactly what was missed', () => {
    const before = joined();
    feed.change('one');
    const { lastId } = before;
    feed.change('two');
    feed.change('three');
    expect(joined(lastId).told).toEqual(['two', 'three']);
  });

  it('tell who missed nothing nothing', () => {
    const { lastId } = joined();
    expect(joined(lastId).told).toEqual([]);
  });

  it.each([
    ['of another server', 'ffffffff.1'],
    ['that is none', 'x'],
    ['that has not been yet', undefined],
  ])('tell who comes with an event %s to ask for everything', (_what, id) => {
    const { lastId } = joined();
    expect(joined(id ?? `${lastId}9`, watcher(everywhere, 'bob')).told).toEqual(['reset']);
  });

  it('tell who was away for too long to ask for everything', () => {
    const { lastId } = joined();
    for (let index = 0; index < 9; index += 1) feed.change(`change ${index}`);
    expect(joined(lastId).told).toEqual(['reset']);
  });

  it('tell everybody to ask for everything when the feed may have missed something', () => {
    const listener = joined();
    const { lastId } = listener;
    feed.miss();
    expect(listener.told).toEqual(['reset', 'reset']);
    expect(joined(lastId).told).toEqual(['reset']);
  });

  it('tell of a project only those who may see it, also those who come back', () => {
    const shop = watcher(new Map([['shop', 'viewer']]));
    const listener = joined('', shop);
    const { lastId } = listener;
    feed.change('secret', 'bank');
    feed.change('cart', 'shop');
    expect(listener.told).toEqual(['reset', 'cart']);
    expect(joined(lastId, shop).told).toEqual(['cart']);
  });

  it('end when the session does, and follow the roles as they change', async () => {
    let answer: () => Promise<Roles> = () => Promise.resolve(new Map([['shop', 'viewer']]));
    const listener = joined('', { ...watcher(), recheck: () => answer() });
    await jest.advanceTimersByTimeAsync(1_000);
    feed.change('secret', 'bank');
    answer = () => Promise.reject(new CrossfadeError('unavailable', 'the database is away'));
    await jest.advanceTimersByTimeAsync(1_000);
    feed.change('cart', 'shop');
    expect(listener.told).toEqual(['reset', 'cart']);
    answer = () => Promise.reject(new CrossfadeError('unauthenticated', 'the session is over'));
    await jest.advanceTimersByTimeAsync(1_000);
    expect(listener.ended).toBe(true);
    expect(streams.size).toBe(0);
  });

  it('are so many of a token, and so many in all', () => {
    joined();
    joined();
    expect(() => joined()).toThrow('2 streams of this token');
    joined('', watcher(everywhere, 'bob'));
    expect(() => joined('', watcher(everywhere, 'eve'))).toThrow('3 streams');
  });

  it('leave nobody waiting when the server ends', () => {
    const listener = joined();
    streams.onModuleDestroy();
    expect([listener.ended, streams.size]).toEqual([true, 0]);
  });
});
