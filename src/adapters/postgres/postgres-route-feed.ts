import { Client } from 'pg';
import type { DataSource } from 'typeorm';
import type { Route } from '../../core/protocol/route.ts';
import { RouteFeed } from '../../engine/ports/route-feed.ts';
import { type FlagRow, observedFlag } from './flag-row.ts';
import { routeChannel } from './postgres-flag-provider.ts';

/** Notifications only hurry; this often the table is looked at anyway. Milliseconds. */
const pollMs = 1_000;

/** Routes from the flag table, announced by LISTEN and, should that fail, by polling. */
export class PostgresRouteFeed extends RouteFeed {
  readonly #source: DataSource;
  readonly #url: string;
  readonly #listeners = new Set<() => void>();
  #client: Client | null = null;
  #timer: NodeJS.Timeout | null = null;
  #revisions = '';
  #closed = false;

  constructor(source: DataSource, url: string) {
    super();
    this.#source = source;
    this.#url = url;
  }

  async open(): Promise<void> {
    await this.#listen();
    this.#timer = setInterval(() => void this.#poll(), pollMs);
    this.#timer.unref();
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#client?.end();
  }

  async routes(): Promise<readonly Route[]> {
    const rows: FlagRow[] = await this.#source.query(
      'SELECT * FROM crossfade_state.flag ORDER BY name',
    );
    return rows.map((row) => observedFlag(row).route);
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #listen(): Promise<void> {
    const client = new Client({ connectionString: this.#url, application_name: 'crossfade-feed' });
    client.on('notification', () => this.#announce());
    client.on('error', () => {
      this.#client = null;
    });
    await client.connect();
    await client.query(`LISTEN ${routeChannel}`);
    this.#client = client;
  }

  async #poll(): Promise<void> {
    try {
      if (this.#closed) return;
      if (this.#client === null) await this.#listen();
      // The sum, because each flag system counts its own revisions, and none ever falls.
      const rows: { revisions: string }[] = await this.#source.query(
        'SELECT coalesce(sum(revision), 0)::text AS revisions FROM crossfade_state.flag',
      );
      const revisions = rows[0]?.revisions ?? '';
      if (revisions !== this.#revisions) this.#announce();
      this.#revisions = revisions;
    } catch {
      // The database is away; the next round tries again, and readiness says so meanwhile.
    }
  }

  #announce(): void {
    for (const listener of this.#listeners) listener();
  }
}
