import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const perSecond = 200;
const everyMs = 1_000 / perSecond;

/** What was begun in one span of time. */
interface Span {
  readonly latencies: number[];
  open: number;
}

const newSpan = (): Span => ({ latencies: [], open: 0 });

/** What each transaction writes: a column the migration has nothing to do with, or the old shape. */
const values = {
  name: (n: number): string => `load ${n}`,
  dob: (n: number): string => `19${60 + (n % 40)}-0${1 + (n % 9)}-1${n % 10}`,
};

/** What is updated: a table of so many users, and which of its columns. */
export interface Updated {
  readonly url: string;
  readonly rows: number;
  readonly column: keyof typeof values;
  /** Whether a commit waits until it is on the disk, as it does unless somebody wants it otherwise. */
  readonly durable: boolean;
}

/**
 * Two hundred transactions a second, each begun at its time whether or not those before have ended. A
 * latency counts from that time, or from when it was begun, where a timer was a little early.
 */
export class SteadyUpdates {
  readonly #pool: pg.Pool;
  readonly #rows: number;
  readonly #column: keyof typeof values;
  readonly #ended: Promise<void>;
  #span = newSpan();
  #fault: unknown = null;
  #stopped = false;

  constructor({ url, rows, column, durable }: Updated) {
    this.#column = column;
    const options = `-c synchronous_commit=${durable ? 'on' : 'off'}`;
    this.#pool = new pg.Pool({ connectionString: url, max: 20, options });
    this.#rows = rows;
    this.#ended = this.#run();
  }

  /** The 99th percentile, in ms, of what was begun since the last call, when all of it has ended. */
  async p99(): Promise<number> {
    const span = this.#span;
    this.#span = newSpan();
    await ended(span);
    const sorted = span.latencies.toSorted((a, b) => a - b);
    return sorted[Math.floor((sorted.length - 1) * 0.99)] ?? Number.NaN;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#ended;
    await ended(this.#span);
    await this.#pool.end();
    if (this.#fault !== null) throw this.#fault;
  }

  async #run(): Promise<void> {
    const began = performance.now();
    for (let n = 0; !this.#stopped; n += 1) {
      const due = began + n * everyMs;
      const early = due - performance.now();
      if (early > 1) await sleep(early);
      void this.#transaction(Math.min(due, performance.now()), n, this.#span);
    }
  }

  async #transaction(from: number, n: number, span: Span): Promise<void> {
    span.open += 1;
    // A stride that is prime to the number of rows: no row twice within a second, none in order.
    const id = 1 + ((n * 7_919_317) % this.#rows);
    try {
      const sql = `UPDATE users SET ${this.#column} = $2 WHERE id = $1`;
      await this.#pool.query(sql, [id, values[this.#column](n)]);
      span.latencies.push(performance.now() - from);
    } catch (fault) {
      this.#fault ??= fault;
    } finally {
      span.open -= 1;
    }
  }
}

async function ended(span: Span): Promise<void> {
  while (span.open > 0) await sleep(5);
}
