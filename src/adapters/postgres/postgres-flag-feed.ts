import { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { CrossfadeError } from '../../core/errors.ts';
import type { FlagCatalog } from '../../core/flags/catalog/flag-catalog.ts';
import { EMPTY_CATALOG, withChanges } from '../../core/flags/catalog/flag-catalog.ts';
import { FlagFeed } from '../../engine/ports/flag-feed.ts';
import { catalogEntry, type CatalogRow, selectCatalog } from './catalog-row.ts';

/** Triggers announce every change here. */
const channel = 'crossfade_route';

/** Notifications only hurry; this often the revision is looked at anyway. Milliseconds. */
const lookEveryMs = 1_000;

/** After so many looks in a row that failed nobody can be sure of the catalog. */
const looksMissed = 3;

/** A database that hangs is as good as away. Milliseconds. */
const readWithinMs = 2_000;

type Listener = (catalog: FlagCatalog) => void;

interface Row extends CatalogRow {
  readonly head: string;
}

interface FeedOptions {
  /** How often the revision is looked at when nothing is announced. Milliseconds. */
  readonly everyMs?: number | undefined;
  /** Called with each announcement. */
  readonly onNotice?: () => void;
}

/**
 * The catalog from the state database: each read brings what changed since the one before. Changes
 * are announced by LISTEN and, should that fail, found by looking now and then.
 */
export class PostgresFlagFeed extends FlagFeed {
  readonly #source: DataSource;
  readonly #url: string;
  readonly #lookEveryMs: number;
  readonly #onNotice: () => void;
  readonly #listeners = new Set<Listener>();
  #client: Client | null = null;
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> = Promise.resolve();
  #current: Promise<unknown> = Promise.resolve();
  #next: Promise<FlagCatalog> | null = null;
  #known: FlagCatalog = EMPTY_CATALOG;
  /** When it was last seen that the catalog is as known. */
  #confirmedAt = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(source: DataSource, url: string, { everyMs, onNotice }: FeedOptions = {}) {
    super();
    this.#source = source;
    this.#url = url;
    this.#lookEveryMs = everyMs ?? lookEveryMs;
    this.#onNotice = onNotice ?? (() => {});
  }

  async open(): Promise<void> {
    await this.#listen();
    await this.catalog();
    this.#lookLater();
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#looking;
    await this.#client?.end();
    await this.#current.catch(() => undefined);
  }

  latest(): FlagCatalog | Promise<FlagCatalog> {
    const trusted = this.#confirmedAt + looksMissed * this.#lookEveryMs;
    return performance.now() < trusted ? this.#known : this.#soon();
  }

  async #soon(): Promise<FlagCatalog> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(unreadable('it took too long')), readWithinMs);
    });
    try {
      return await Promise.race([this.catalog(), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** A read that began before the call may be too old, so the caller waits for the one after it. */
  async catalog(): Promise<FlagCatalog> {
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

  async #read(): Promise<FlagCatalog> {
    const began = performance.now();
    const before = this.#known;
    const catalog = await this.#changedSince(before);
    this.#known = catalog;
    this.#confirmedAt = began;
    if (catalog !== before) for (const listener of this.#listeners) listener(catalog);
    return catalog;
  }

  async #changedSince(before: FlagCatalog): Promise<FlagCatalog> {
    const rows = await this.#rowsAfter(before.revision);
    const head = Number(rows[0]?.head ?? 0);
    // The database is an earlier one of itself, restored: what was known means nothing there.
    if (head < before.revision) return this.#changedSince(EMPTY_CATALOG);
    return withChanges(before, rows.filter(({ kind }) => kind !== null).map(catalogEntry));
  }

  async #rowsAfter(revision: number): Promise<readonly Row[]> {
    try {
      return await this.#source.query<Row[]>(selectCatalog, [revision]);
    } catch (cause) {
      throw unreadable(cause);
    }
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
    client.on('notification', () => {
      this.#onNotice();
      this.#hurry();
    });
    client.on('error', lost);
    client.on('end', lost);
    try {
      await client.connect();
      await client.query(`LISTEN ${channel}`);
      this.#client = client;
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
  }

  #hurry(): void {
    // What cannot be read now is found at the next look.
    this.catalog().catch(() => undefined);
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
      await this.catalog();
    } catch {
      // The database is away; the next look tries again, and readiness says so meanwhile.
    }
  }
}

function unreadable(cause: unknown): CrossfadeError {
  const words = 'the flags cannot be read just now; try again';
  return new CrossfadeError('unavailable', words, { cause });
}
