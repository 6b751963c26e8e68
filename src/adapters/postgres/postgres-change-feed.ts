import { Client } from 'pg';
import type { Change } from '../../core/protocol/change.ts';
import { ChangeFeed, type ChangeListener } from '../../engine/ports/change-feed.ts';

/** Triggers announce every change here. */
const channel = 'crossfade_change';

/** A connection that says nothing may be dead: it is asked this often. Milliseconds. */
const askEveryMs = 2_000;

/** A database that hangs is as good as away. Milliseconds. */
const answerWithinMs = 2_000;

/** Changes by LISTEN, over one connection for all who listen; it is opened again when it is lost. */
export class PostgresChangeFeed extends ChangeFeed {
  readonly #url: string;
  readonly #askEveryMs: number;
  readonly #listeners = new Set<ChangeListener>();
  #client: Client | null = null;
  #timer: NodeJS.Timeout | null = null;
  #asking: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(url: string, everyMs = askEveryMs) {
    super();
    this.#url = url;
    this.#askEveryMs = everyMs;
  }

  async open(): Promise<void> {
    await this.#listen();
    this.#askLater();
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#asking;
    await this.#client?.end().catch(() => undefined);
  }

  subscribe(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #listen(): Promise<Client> {
    const client = new Client({
      connectionString: this.#url,
      application_name: 'crossfade-changes',
      keepAlive: true,
      connectionTimeoutMillis: answerWithinMs,
      query_timeout: answerWithinMs,
    });
    const lost = (): void => this.#lose(client);
    client.on('error', lost);
    client.on('end', lost);
    client.on('notification', ({ payload }) => this.#announce(payload ?? ''));
    try {
      await client.connect();
      await client.query(`LISTEN ${channel}`);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    this.#client = client;
    return client;
  }

  #lose(client: Client): void {
    if (this.#client === client) this.#client = null;
  }

  #announce(payload: string): void {
    const change = JSON.parse(payload) as Change;
    for (const listener of this.#listeners) listener.changed(change);
  }

  /** The next question begins when this one has been answered, however long it took. */
  #askLater(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#asking = this.#ask().finally(() => this.#askLater());
    }, this.#askEveryMs);
    this.#timer.unref();
  }

  /** What was announced before the answer has arrived before it: the connection keeps the order. */
  async #ask(): Promise<void> {
    const known = this.#client;
    try {
      const client = known ?? (await this.#listen());
      const { rows } = await client.query<{ now: string }>('SELECT crossfade_state.now() AS now');
      if (known === null) for (const listener of this.#listeners) listener.missed();
      for (const listener of this.#listeners) listener.confirmed(Number(rows[0]?.now));
    } catch {
      // Listeners hear nothing, and know by that. The next question opens a new connection.
      const dead = this.#client;
      this.#client = null;
      await dead?.end().catch(() => undefined);
    }
  }
}
