import { Client } from 'pg';
import type { DataSource } from 'typeorm';
import type { Route } from '../../core/protocol/route.ts';
import { RouteFeed } from '../../engine/ports/route-feed.ts';
import { type FlagRow, observedFlag } from './flag-row.ts';
import { routeChannel } from './postgres-flag-provider.ts';

/** Notifications only hurry; this often the table is looked at anyway. Milliseconds. */
const lookEveryMs = 1_000;

type Listener = (routes: readonly Route[]) => void;

/** Routes from the flag table, announced by LISTEN and, should that fail, by looking now and then. */
export class PostgresRouteFeed extends RouteFeed {
  readonly #source: DataSource;
  readonly #url: string;
  readonly #lookEveryMs: number;
  readonly #listeners = new Set<Listener>();
  #client: Client | null = null;
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> = Promise.resolve();
  #current: Promise<unknown> = Promise.resolve();
  #next: Promise<readonly Route[]> | null = null;
  #mark = '';
  #closed = false;

  constructor(source: DataSource, url: string, everyMs = lookEveryMs) {
    super();
    this.#source = source;
    this.#url = url;
    this.#lookEveryMs = everyMs;
  }

  async open(): Promise<void> {
    await this.#listen();
    await this.routes();
    this.#lookLater();
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#looking;
    await this.#client?.end();
    await this.#current.catch(() => undefined);
  }

  /** A read that began before the call may be too old, so the caller waits for the one after it. */
  async routes(): Promise<readonly Route[]> {
    if (this.#next !== null) return this.#next;
    const read = this.#current
      .catch(() => undefined)
      .then(() => {
        this.#next = null;
        return this.#read();
      });
    this.#next = read;
    this.#current = read;
    return read;
  }

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #read(): Promise<readonly Route[]> {
    const rows: FlagRow[] = await this.#source.query(
      'SELECT * FROM crossfade_state.flag ORDER BY name',
    );
    const routes = rows.map((row) => observedFlag(row).route);
    const mark = markOf(rows);
    if (mark !== this.#mark) {
      this.#mark = mark;
      for (const listener of this.#listeners) listener(routes);
    }
    return routes;
  }

  async #listen(): Promise<void> {
    const client = new Client({
      connectionString: this.#url,
      application_name: 'crossfade-feed',
      keepAlive: true,
    });
    const lost = (): void => {
      if (this.#client === client) this.#client = null;
    };
    client.on('notification', () => this.#hurry());
    client.on('error', lost);
    client.on('end', lost);
    try {
      await client.connect();
      await client.query(`LISTEN ${routeChannel}`);
      this.#client = client;
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
  }

  #hurry(): void {
    // What cannot be read now is found at the next look.
    this.routes().catch(() => undefined);
  }

  /** The next look begins when this one has ended, however long it took. */
  #lookLater(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#looking = this.#look().finally(() => this.#lookLater());
    }, this.#lookEveryMs);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    try {
      if (this.#client === null) await this.#listen();
      // The sum, because each flag system counts its own revisions, and none ever falls.
      const rows: { mark: string }[] = await this.#source.query(
        `SELECT count(*) || ' ' || coalesce(sum(revision), 0) AS mark FROM crossfade_state.flag`,
      );
      if (rows[0]?.mark !== this.#mark) await this.routes();
    } catch {
      // The database is away; the next look tries again, and readiness says so meanwhile.
    }
  }
}

/** Changes whenever a route does; what the cheap look compares. */
function markOf(rows: readonly FlagRow[]): string {
  return `${rows.length} ${rows.reduce((sum, { revision }) => sum + BigInt(revision), 0n)}`;
}
