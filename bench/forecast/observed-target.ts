import type pg from 'pg';
import type { SchemaMigration } from '../../src/core/schema-migration/schema-migration.ts';
import { type LockLevel, lockLevels } from '../../src/core/schema-migration/change.ts';
import {
  type BulkSession,
  TargetDatabase,
  type TargetSession,
} from '../../src/engine/ports/target-database.ts';

/** What was really locked: the strongest lock of each table, and the longest that one was kept from others. */
export interface Observed {
  readonly locks: ReadonlyMap<string, LockLevel>;
  readonly blockedMs: number;
}

const CHANGES =
  /^\s*(ALTER|DROP|LOCK|CREATE (OR REPLACE )?(CONSTRAINT )?TRIGGER|CREATE (UNIQUE )?INDEX)\b/i;
const FELT = lockLevels.indexOf('Share');
/** Locks that a running application takes itself are not told apart. */
const TOLD = lockLevels.indexOf('ShareUpdateExclusive');

const HELD = `SELECT l.relation::int AS oid, replace(l.mode, 'Lock', '') AS mode FROM pg_locks l
  WHERE l.locktype = 'relation' AND l.granted AND l.relation = ANY($1::oid[])
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND (l.pid <> pg_backend_pid()) = $2`;

const WAITS = `SELECT EXISTS (SELECT FROM pg_locks WHERE pid = $1 AND NOT granted) AS waits`;

/** Somebody who waits for a lock, and when that ended, as `performance.now()` counts. */
interface Waiter {
  readonly ended: Promise<number>;
  readonly isOver: Promise<unknown>;
}

interface Held {
  readonly oid: number;
  readonly mode: LockLevel;
}

/**
 * A target that looks at the locks of whoever works on it: before each commit, and beside statements
 * that run by themselves again and again.
 */
export class ObservedTarget extends TargetDatabase {
  readonly #inner: TargetDatabase;
  readonly #side: pg.Client;
  readonly #tables: ReadonlyMap<number, string>;
  #locks = new Map<string, LockLevel>();
  #blockedMs = 0;

  /** @param tables names by the numbers that the server knows them by */
  constructor(inner: TargetDatabase, side: pg.Client, tables: ReadonlyMap<number, string>) {
    super();
    this.#inner = inner;
    this.#side = side;
    this.#tables = tables;
  }

  /** What there was since the last time. */
  take(): Observed {
    const observed = { locks: this.#locks, blockedMs: this.#blockedMs };
    [this.#locks, this.#blockedMs] = [new Map(), 0];
    return observed;
  }

  override query<Row extends object>(sql: string, values: readonly unknown[] = []) {
    return this.#inner.query<Row>(sql, values);
  }

  override async transaction<T>(work: (session: TargetSession) => Promise<T>): Promise<T> {
    const seen = { since: null as number | null, lookMs: 0 };
    let waiter: Waiter | null = null;
    const result = await this.#inner.transaction(async (session) => {
      const done = await work(beginning(session, seen));
      const begun = performance.now();
      if (seen.since !== null) {
        const held = await session.query<Held>(HELD, [[...this.#tables.keys()], false]);
        this.#note(held);
        waiter = await this.#waiting(session, held);
      }
      seen.lookMs = performance.now() - begun;
      return done;
    });
    if (seen.since !== null && waiter !== null) {
      const { ended, isOver } = waiter as Waiter;
      const ms = (await ended) - seen.since - seen.lookMs;
      await isOver;
      this.#blockedMs = Math.max(this.#blockedMs, ms);
    }
    return result;
  }

  /**
   * Lets a writer wait for one of the tables. Its waiting ends before the commit comes back: files of what was dropped
   * are taken away when nobody is kept out any more.
   */
  async #waiting(session: TargetSession, held: readonly Held[]): Promise<Waiter | null> {
    const felt = held.find(({ mode }) => lockLevels.indexOf(mode) >= FELT);
    if (felt === undefined) return null;
    const { rows } = await this.#side.query<{ name: string; pid: number }>(
      'SELECT $1::oid::regclass::text AS name, pg_backend_pid() AS pid',
      [felt.oid],
    );
    const [{ name, pid } = { name: '', pid: 0 }] = rows;
    await this.#side.query('BEGIN');
    const ended = this.#side
      .query(`LOCK TABLE ${name} IN ROW EXCLUSIVE MODE`)
      // It may be gone by then.
      .catch(() => undefined)
      .then(() => performance.now());
    const isOver = ended.then(() => this.#side.query('ROLLBACK'));
    for (;;) {
      const [row] = await session.query<{ waits: boolean }>(WAITS, [pid]);
      if (row?.waits === true) return { ended, isOver };
    }
  }

  override catalog(migration: SchemaMigration) {
    return this.#inner.catalog(migration);
  }

  override facts(migration: SchemaMigration | null, role: string | null) {
    return this.#inner.facts(migration, role);
  }

  override async bulk<T>(
    work: (session: BulkSession) => Promise<T>,
    signal: AbortSignal,
    name?: string,
  ): Promise<T> {
    const over = { value: false };
    const beside = this.#watch(over);
    try {
      return await this.#inner.bulk(work, signal, name);
    } finally {
      over.value = true;
      await beside;
    }
  }

  override close() {
    return this.#inner.close();
  }

  async #watch(over: { readonly value: boolean }): Promise<void> {
    while (!over.value) {
      const { rows } = await this.#side.query<Held>(HELD, [[...this.#tables.keys()], true]);
      this.#note(rows);
    }
  }

  #note(held: readonly Held[]): void {
    for (const { oid, mode } of held) {
      const table = this.#tables.get(oid) ?? '';
      const known = this.#locks.get(table) ?? 'none';
      const isTold = lockLevels.indexOf(mode) >= TOLD;
      if (isTold && lockLevels.indexOf(mode) > lockLevels.indexOf(known))
        this.#locks.set(table, mode);
    }
  }
}

/** Notes when the first statement begins that may take a lock which others feel. */
function beginning(session: TargetSession, seen: { since: number | null }): TargetSession {
  return {
    query: <Row extends object>(sql: string, values?: readonly unknown[]) => {
      if (seen.since === null && CHANGES.test(sql)) seen.since = performance.now();
      return session.query<Row>(sql, values);
    },
    catalog: (migration) => session.catalog(migration),
  };
}
