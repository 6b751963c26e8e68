import { randomUUID } from 'node:crypto';
import { holds, type Roles } from '../../core/access/role.ts';
import { CrossfadeError } from '../../core/errors.ts';
import type { Change, ChangeEvents } from '../../core/protocol/change.ts';
import type { ChangeFeed } from '../../engine/ports/change-feed.ts';
import type { EventStream } from '../event-stream.ts';

type StreamClient = Pick<EventStream, 'send' | 'end'>;

/** Who listens, and may see what. */
export interface Watcher {
  readonly id: string;
  readonly roles: Roles;
  /** The roles as they are now. Throws `unauthenticated` when nobody lets the watcher in any more. */
  recheck(): Promise<Roles>;
}

export interface StreamLimits {
  /** Streams of this server at the same time. */
  readonly streams: number;
  /** Of these, streams of one token. */
  readonly perToken: number;
  /** Changes that are kept for those who come back. */
  readonly kept: number;
  /** How often it is asked whether a watcher may still listen. Milliseconds. */
  readonly recheckMs: number;
}

const limits: StreamLimits = { streams: 1_000, perToken: 50, kept: 2_000, recheckMs: 15_000 };

interface Joined {
  readonly client: StreamClient;
  readonly watcher: Watcher;
  roles: Roles;
}

/**
 * Streams of what changes, for those who look. Every event has an id, `SERVER.NUMBER`: who comes back with
 * it is told what was missed, or, where that is not kept any more, to ask for everything anew.
 */
export class ChangeStreams {
  readonly #limits: StreamLimits;
  readonly #joined = new Set<Joined>();
  readonly #unsubscribe: () => void;
  readonly #recheck: NodeJS.Timeout;
  /** Another server, or this one started anew, has another count. */
  readonly #server = randomUUID().slice(0, 8);
  #kept: Change[] = [];
  #count = 0;
  #closed = false;

  constructor(feed: ChangeFeed, bounds: Partial<StreamLimits> = {}) {
    this.#limits = { ...limits, ...bounds };
    this.#unsubscribe = feed.subscribe({
      changed: (change) => this.#publish(change),
      missed: () => this.#reset(),
      confirmed: (now) => this.#tellAll(this.#event('beat', { now })),
    });
    this.#recheck = setInterval(() => this.#recheckAll(), this.#limits.recheckMs);
    this.#recheck.unref();
  }

  /** How many listen. */
  get size(): number {
    return this.#joined.size;
  }

  /**
   * Lets a client listen; `after` is the id of the last event that it has, empty for none. Answers how to
   * leave. Throws `unavailable` when there are too many, before anything was sent.
   */
  join(client: StreamClient, watcher: Watcher, after: string): () => void {
    this.#refuseTooMany(watcher.id);
    const joined: Joined = { client, watcher, roles: watcher.roles };
    client.send(`retry: 1000\n\n${this.#greeting(joined, after)}`);
    if (this.#closed) client.end();
    else this.#joined.add(joined);
    return () => this.#joined.delete(joined);
  }

  /** Before the server waits for open connections to end, which streams never do by themselves. */
  onModuleDestroy(): void {
    this.#closed = true;
    this.#unsubscribe();
    clearInterval(this.#recheck);
    for (const joined of this.#joined) this.#dismiss(joined);
  }

  #refuseTooMany(id: string): void {
    const own = [...this.#joined].filter(({ watcher }) => watcher.id === id).length;
    const { streams, perToken } = this.#limits;
    if (this.#joined.size < streams && own < perToken) return;
    const words = own < perToken ? `${streams} streams` : `${perToken} streams of this token`;
    throw new CrossfadeError('unavailable', `there are ${words} already; close one of them`);
  }

  #greeting(joined: Joined, after: string): string {
    const missed = this.#since(after);
    if (missed === null) return this.#event('reset', {});
    const told = missed.filter(({ project }) => maySee(joined, project));
    return told.map((change) => this.#event('change', change)).join('') || ':\n\n';
  }

  /** What changed after that event; null when nobody can tell. */
  #since(after: string): readonly Change[] | null {
    const [server, number] = after.split('.');
    if (server !== this.#server || number === undefined || !/^\d{1,15}$/.test(number)) return null;
    const missed = this.#count - Number(number);
    if (missed < 0 || missed > this.#kept.length) return null;
    return missed === 0 ? [] : this.#kept.slice(-missed);
  }

  #publish(change: Change): void {
    this.#count += 1;
    this.#kept.push(change);
    // Cut now and then, not at each change.
    const { kept } = this.#limits;
    if (this.#kept.length > 2 * kept) this.#kept = this.#kept.slice(-kept);
    const event = this.#event('change', change);
    for (const joined of this.#joined) {
      if (maySee(joined, change.project)) joined.client.send(event);
    }
  }

  /** Whoever comes back after this with an id from before cannot be told either. */
  #reset(): void {
    this.#count += 1;
    this.#kept = [];
    this.#tellAll(this.#event('reset', {}));
  }

  #tellAll(event: string): void {
    for (const { client } of this.#joined) client.send(event);
  }

  #event<Kind extends keyof ChangeEvents>(kind: Kind, data: ChangeEvents[Kind]): string {
    const id = `${this.#server}.${this.#count}`;
    return `event: ${kind}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
  }

  #recheckAll(): void {
    for (const joined of this.#joined) {
      joined.watcher.recheck().then(
        (roles) => (joined.roles = roles),
        // That it cannot be asked just now takes nobody's session away.
        (error: unknown) => isOver(error) && this.#dismiss(joined),
      );
    }
  }

  #dismiss(joined: Joined): void {
    this.#joined.delete(joined);
    joined.client.end();
  }
}

function maySee({ roles }: Joined, project: string | null): boolean {
  return project === null || holds(roles, 'viewer', project);
}

function isOver(error: unknown): boolean {
  return (
    error instanceof CrossfadeError &&
    (error.code === 'unauthenticated' || error.code === 'forbidden')
  );
}
