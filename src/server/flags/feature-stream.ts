import { OWN_PROJECT, routeToFeature } from '../../core/flags/route-to-feature.ts';
import type { Route } from '../../core/protocol/route.ts';
import type { RouteFeed } from '../../engine/ports/route-feed.ts';
import { revisionOf } from './feature-document.ts';

/** Clients give a silent stream up after 60 s, proxies often after 30 s. */
const HEARTBEAT_MS = 10_000;
/** After a failed read nobody would tell us again. */
const RETRY_MS = 250;

/** A client of the stream. `send` takes finished server-sent events. */
export interface StreamClient {
  send(events: string): void;
  end(): void;
}

/**
 * Unleash's streaming API for any number of clients: each change is read and serialised once. A
 * client gets all features when it joins, whatever it may have heard before, then each change.
 * Level-triggered: a heartbeat compares anew, so a notification that was lost only costs time.
 */
export class FeatureStream {
  readonly #feed: RouteFeed;
  readonly #clients = new Set<StreamClient>();
  readonly #unsubscribe: () => void;
  readonly #heartbeat: NodeJS.Timeout;
  #retry: NodeJS.Timeout | undefined;
  #published: readonly Route[] = [];
  #current: Promise<void> = Promise.resolve();
  #next: Promise<void> | null = null;
  #closed = false;

  constructor(feed: RouteFeed, heartbeatMs = HEARTBEAT_MS) {
    this.#feed = feed;
    this.#unsubscribe = feed.subscribe(() => this.#hurry());
    this.#heartbeat = setInterval(() => this.#beat(), heartbeatMs);
    this.#heartbeat.unref();
  }

  /** Answers how to leave. Rejects when the routes cannot be read, before anything was sent. */
  async join(client: StreamClient): Promise<() => void> {
    await this.#refresh();
    if (this.#closed) client.end();
    else {
      client.send(sseEvent('unleash-connected', this.#published, [hydration(this.#published)]));
      this.#clients.add(client);
    }
    return () => this.#clients.delete(client);
  }

  close(): void {
    this.#closed = true;
    this.#unsubscribe();
    clearInterval(this.#heartbeat);
    clearTimeout(this.#retry);
    for (const client of this.#clients) client.end();
    this.#clients.clear();
  }

  #beat(): void {
    for (const client of this.#clients) client.send(':\n\n');
    this.#hurry();
  }

  #hurry(): void {
    clearTimeout(this.#retry);
    if (this.#closed || this.#clients.size === 0) return;
    this.#refresh().catch(() => {
      if (this.#closed) return;
      this.#retry = setTimeout(() => this.#hurry(), RETRY_MS);
      this.#retry.unref();
    });
  }

  /** A read that began before the call may be too old, so the caller waits for the one after it. */
  #refresh(): Promise<void> {
    if (this.#next !== null) return this.#next;
    const run = this.#current
      .catch(() => undefined)
      .then(() => {
        this.#next = null;
        return this.#publish();
      });
    this.#next = run;
    this.#current = run;
    return run;
  }

  async #publish(): Promise<void> {
    const routes = await this.#feed.routes();
    const changes = changesBetween(this.#published, routes);
    this.#published = routes;
    if (changes.length === 0) return;
    const text = sseEvent('unleash-updated', routes, changes);
    for (const client of this.#clients) client.send(text);
  }
}

type DeltaEvent = Readonly<Record<string, unknown>>;

function hydration(routes: readonly Route[]): DeltaEvent {
  const features = routes.map(routeToFeature);
  return { type: 'hydration', eventId: revisionOf(routes), features, segments: [] };
}

function changesBetween(before: readonly Route[], after: readonly Route[]): DeltaEvent[] {
  const known = new Map(before.map((route) => [route.migration, route.revision]));
  const updated = after
    .filter(({ migration, revision }) => known.get(migration) !== revision)
    .map((route) => ({
      type: 'feature-updated',
      eventId: route.revision,
      feature: routeToFeature(route),
    }));
  const left = new Set(after.map(({ migration }) => migration));
  const removed = before
    .filter(({ migration }) => !left.has(migration))
    .map(({ migration }) => ({
      type: 'feature-removed',
      eventId: revisionOf(before) + 1,
      featureName: migration,
      project: OWN_PROJECT,
    }));
  return [...updated, ...removed];
}

function sseEvent(name: string, routes: readonly Route[], events: readonly DeltaEvent[]): string {
  return `event: ${name}\nid: ${revisionOf(routes)}\ndata: ${JSON.stringify({ events })}\n\n`;
}
