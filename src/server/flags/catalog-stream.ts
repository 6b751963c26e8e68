import type { Audience } from '../../core/flags/catalog/audience.ts';
import { audienceKey } from '../../core/flags/catalog/audience.ts';
import type { FlagCatalog } from '../../core/flags/catalog/flag-catalog.ts';
import { EMPTY_CATALOG } from '../../core/flags/catalog/flag-catalog.ts';
import type { FlagFeed } from '../../engine/ports/flag-feed.ts';

/** Clients give a silent stream up after 60 s, proxies often after 30 s. */
const HEARTBEAT_MS = 10_000;

/** A client of the stream. `send` takes finished server-sent events. */
export interface StreamClient {
  send(events: string): void;
  end(): void;
}

/** What is said in a stream: finished server-sent events, nothing where there is nothing to say. */
export interface StreamSpeech {
  /** To who joins and holds the revision `known`, or nothing. */
  greeting(catalog: FlagCatalog, audience: Audience, known: number | null): string;
  /** To those who hold the revision `known`. */
  news(catalog: FlagCatalog, audience: Audience, known: number): string;
}

/** Those who are served the same. */
interface Group {
  readonly audience: Audience;
  readonly clients: Set<StreamClient>;
  /** What all of them hold. */
  revision: number;
}

/**
 * A stream of changes for any number of clients: each change is put into words once for all who are
 * served the same. A client is told what it lacks when it joins, then each change.
 */
export class CatalogStream {
  readonly #feed: FlagFeed;
  readonly #speech: StreamSpeech;
  readonly #groups = new Map<string, Group>();
  readonly #unsubscribe: () => void;
  readonly #heartbeat: NodeJS.Timeout;
  #announced = EMPTY_CATALOG;
  #closed = false;

  constructor(feed: FlagFeed, speech: StreamSpeech, heartbeatMs = HEARTBEAT_MS) {
    this.#feed = feed;
    this.#speech = speech;
    this.#unsubscribe = feed.subscribe((catalog) => this.#publish(catalog));
    this.#heartbeat = setInterval(() => this.#beat(), heartbeatMs);
    this.#heartbeat.unref();
  }

  /** How many listen. */
  get size(): number {
    return [...this.#groups.values()].reduce((sum, { clients }) => sum + clients.size, 0);
  }

  /**
   * `known` is the revision that the client holds, null when it holds none. Answers how to leave.
   * Rejects when the flags cannot be read, before anything was sent.
   */
  async join(
    client: StreamClient,
    audience: Audience,
    known: number | null = null,
  ): Promise<() => void> {
    const latest = await this.#feed.latest();
    if (this.#closed) {
      client.end();
      return () => undefined;
    }
    // What was announced while this client waited, the others have been sent already.
    const catalog = this.#announced.revision > latest.revision ? this.#announced : latest;
    const group = this.#groupOf(audience, catalog.revision);
    client.send(this.#speech.greeting(catalog, audience, known));
    group.clients.add(client);
    return () => this.#leave(group, client);
  }

  close(): void {
    this.#closed = true;
    this.#unsubscribe();
    clearInterval(this.#heartbeat);
    for (const { clients } of this.#groups.values()) for (const client of clients) client.end();
    this.#groups.clear();
  }

  #groupOf(audience: Audience, revision: number): Group {
    const key = audienceKey(audience);
    const group = this.#groups.get(key) ?? { audience, clients: new Set(), revision };
    this.#groups.set(key, group);
    return group;
  }

  #leave(group: Group, client: StreamClient): void {
    group.clients.delete(client);
    if (group.clients.size === 0) this.#groups.delete(audienceKey(group.audience));
  }

  #publish(catalog: FlagCatalog): void {
    this.#announced = catalog;
    for (const group of this.#groups.values()) {
      const text = this.#speech.news(catalog, group.audience, group.revision);
      group.revision = catalog.revision;
      if (text === '') continue;
      for (const client of group.clients) client.send(text);
    }
  }

  #beat(): void {
    for (const { clients } of this.#groups.values()) {
      for (const client of clients) client.send(':\n\n');
    }
  }
}
