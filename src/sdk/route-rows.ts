import type { RouteRow } from '../core/protocol/route.ts';
import { late, within } from './time-limit.ts';
import type { Cancel, Timing } from './timing.ts';

/** How long a read of the row may take before it counts as out of reach. */
const limitMs = 500;

/** A row that was read this recently need not be read again by a decision. */
const recentMs = 3_000;

interface Reading {
  readonly since: number;
  readonly row: Promise<RouteRow | null>;
}

interface Tried {
  readonly at: number;
  /** The row as last read with success. */
  readonly row: RouteRow | null;
}

/**
 * The second path: the row of `crossfade.route` in the target database, read by a function of the
 * application. Reads of the same row are joined, limited in time, and never fail.
 */
export class RouteRows {
  readonly #timing: Timing;
  readonly #routeRow: (migration: string) => Promise<RouteRow | null>;
  readonly #tried = new Map<string, Tried>();
  readonly #reading = new Map<string, Reading>();

  constructor(timing: Timing, routeRow: (migration: string) => Promise<RouteRow | null>) {
    this.#timing = timing;
    this.#routeRow = routeRow;
  }

  /** Reads the rows of `wanted` again and again, so that decisions need not wait for them. */
  watch(everyMs: number, wanted: () => readonly string[]): Cancel {
    return this.#timing.every(everyMs, () => {
      for (const migration of wanted()) void this.read(migration);
    });
  }

  /**
   * The row as it stands; null when there is none or it is out of reach. Never rejects. A running
   * read is joined unless it began before `notBefore` (monotonic).
   */
  read(migration: string, notBefore = Number.NEGATIVE_INFINITY): Promise<RouteRow | null> {
    const running = this.#reading.get(migration);
    if (running !== undefined && running.since >= notBefore) return running.row;
    const since = this.#timing.monotonicMs();
    const row = this.#read(migration).finally(() => {
      if (this.#reading.get(migration)?.since === since) this.#reading.delete(migration);
    });
    this.#reading.set(migration, { since, row });
    return row;
  }

  /** The row as known without waiting; undefined when it was not tried recently. */
  recent(migration: string): RouteRow | null | undefined {
    const tried = this.#tried.get(migration);
    if (tried === undefined || this.#timing.monotonicMs() - tried.at > recentMs) return undefined;
    return tried.row;
  }

  /** The row when it orders everybody to the safe side; in force until a later read or `forget`. */
  killed(migration: string): RouteRow | null {
    const row = this.#tried.get(migration)?.row;
    return row?.kill === true ? row : null;
  }

  /** The first path is in force again: what the row said during an outage no longer counts. */
  forget(migration: string): void {
    this.#tried.delete(migration);
  }

  async #read(migration: string): Promise<RouteRow | null> {
    const row = await this.#attempt(migration);
    const last = this.#tried.get(migration)?.row ?? null;
    this.#tried.set(migration, { at: this.#timing.monotonicMs(), row: row === late ? last : row });
    return row === late ? null : row;
  }

  async #attempt(migration: string): Promise<RouteRow | null | typeof late> {
    try {
      const read = async (): Promise<RouteRow | null> => this.#routeRow(migration);
      return await within(this.#timing, limitMs, read());
    } catch {
      return late;
    }
  }
}
