import type { RoutesEvent } from '../../core/protocol/report.ts';
import type { Route } from '../../core/protocol/route.ts';
import type { RouteFeed } from '../../engine/ports/route-feed.ts';
import type { EventStream } from '../event-stream.ts';

/** A comment this often keeps proxies and read timeouts content. Milliseconds. */
const pingMs = 10_000;

type StreamClient = Pick<EventStream, 'send' | 'end'>;

interface Joined {
  readonly client: StreamClient;
  readonly migrations: readonly string[];
  /** The newest revision that was sent, by migration. */
  readonly sent: Map<string, number>;
}

/** Routes for the SDK's streams: each change is read once, and sent to those who implement it. */
export class RouteStreams {
  readonly #feed: RouteFeed;
  readonly #joined = new Set<Joined>();
  readonly #unsubscribe: () => void;
  readonly #ping: NodeJS.Timeout;
  #closed = false;

  constructor(feed: RouteFeed) {
    this.#feed = feed;
    this.#unsubscribe = feed.subscribe((routes) => {
      const words = new Map<string, string>();
      for (const joined of this.#joined) tell(joined, routes, words);
    });
    this.#ping = setInterval(() => this.#keepAlive(), pingMs);
    this.#ping.unref();
  }

  /** How many listen. */
  get size(): number {
    return this.#joined.size;
  }

  /**
   * Sends every route of these migrations, then each again whenever it changed. Answers how to leave.
   * Rejects when the routes cannot be read, before anything was sent.
   */
  async join(migrations: readonly string[], client: StreamClient): Promise<() => void> {
    const routes = await this.#feed.routes();
    const joined: Joined = { client, migrations, sent: new Map() };
    if (this.#closed) client.end();
    else {
      // No change gets lost in between: the feed announces what it read before it answers.
      this.#joined.add(joined);
      client.send(': connected\n\n');
      tell(joined, routes, new Map());
    }
    return () => this.#joined.delete(joined);
  }

  close(): void {
    this.#closed = true;
    this.#unsubscribe();
    clearInterval(this.#ping);
    for (const { client } of this.#joined) client.end();
    this.#joined.clear();
  }

  #keepAlive(): void {
    for (const { client } of this.#joined) client.send(': ping\n\n');
  }
}

/** @param words what was said to others: instances of a service are told the same */
function tell(
  { client, migrations, sent }: Joined,
  routes: readonly Route[],
  words: Map<string, string>,
): void {
  const news = routes.filter(
    ({ migration, revision }) => migrations.includes(migration) && sent.get(migration) !== revision,
  );
  if (news.length === 0) return;
  for (const { migration, revision } of news) sent.set(migration, revision);
  const key = news.map(({ migration }) => migration).join();
  const event = words.get(key) ?? eventOf({ routes: news });
  words.set(key, event);
  client.send(event);
}

function eventOf(event: RoutesEvent): string {
  return `event: routes\ndata: ${JSON.stringify(event)}\n\n`;
}
