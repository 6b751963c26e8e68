import type { Rehearsal } from '../../../core/schema-migration/rehearsal/rehearsal.ts';
import type { SchemaMigration } from '../../../core/schema-migration/schema-migration.ts';
import type { OldStatement } from '../../../core/schema-migration/trace/old-statements.ts';
import type { TargetDatabase, TargetSession } from '../../ports/target-database.ts';
import { rehearse } from './rehearse.ts';
import { trialTag } from './trial-tag.ts';

/** A rehearsal that somebody asks for; asking again with the same `id` is asking once. */
export interface AskedRehearsal {
  readonly id: string;
  readonly migration: SchemaMigration;
  /** What the version in use runs; null to ask the target. */
  readonly statements: readonly OldStatement[] | null;
  /** What its services say that they run, besides those. */
  readonly listed?: readonly OldStatement[];
  /** On a clone that is nobody's: more rows, and more time. */
  readonly isThorough?: boolean;
}

/** What is known of a rehearsal when it is over. */
export interface KeptRehearsal {
  readonly report: Rehearsal;
  /** Seconds since its end. */
  readonly age: number;
}

/** How long a failure is taken for what it says. Seconds. */
const FAILED_FOR_S = 60;

/**
 * Rehearsals on one target. One that is under way lives in one process and nowhere else; what it came to
 * is kept on the target, the last one of each migration. When the process dies, another one begins anew.
 */
export class Rehearsals {
  readonly #database: TargetDatabase;
  readonly #underWay = new Map<string, Promise<End>>();
  readonly #refused = new Map<string, unknown>();
  readonly #stop = new AbortController();

  constructor(database: TargetDatabase) {
    this.#database = database;
  }

  /** The last one of exactly this content; null where there is none. */
  async last(migration: SchemaMigration): Promise<KeptRehearsal | null> {
    return this.#find('migration = $1 AND definition = $2::jsonb', [
      migration.name,
      JSON.stringify(migration),
    ]);
  }

  /**
   * Begins what was asked for, unless that has been done, and waits for its end for a while.
   * @returns null while it goes on
   * @throws CrossfadeError as `rehearse` does
   */
  async advance(asked: AskedRehearsal, budgetMs: number): Promise<KeptRehearsal | null> {
    const { id } = asked;
    if (this.#refused.has(id)) {
      const refusal = this.#refused.get(id);
      this.#refused.delete(id);
      throw refusal;
    }
    const done = await this.#find('asked = $1', [id]);
    if (done !== null && !isWorthAnother(done)) return done;
    const work = this.#underWay.get(id) ?? this.#begin(asked);
    const end = await endWithin(work, budgetMs);
    return end === 'over' ? this.advance(asked, budgetMs) : null;
  }

  /** Breaks off what is under way, and waits for its end. */
  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#underWay.values());
  }

  #begin(asked: AskedRehearsal): Promise<End> {
    const work = this.#carryOutAlone(asked)
      .catch((fault: unknown): End => {
        this.#refused.set(asked.id, fault);
        return 'over';
      })
      .finally(() => this.#underWay.delete(asked.id));
    this.#underWay.set(asked.id, work);
    return work;
  }

  /**
   * Only one process at a time, of however many replicas: the others wait for what it finds. A lock of the
   * session, as the copies are, so it is free the moment that the process dies.
   */
  #carryOutAlone(asked: AskedRehearsal): Promise<End> {
    const alone = async (session: TargetSession): Promise<End> => {
      const [lock] = await session.query<{ held: boolean }>(
        'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS held',
        [`crossfade.rehearsal/${asked.id}`],
      );
      if (lock?.held !== true) return 'elsewhere';
      // It may have ended between our look and the lock.
      const done = await this.#find('asked = $1', [asked.id]);
      if (done === null || isWorthAnother(done)) await this.#carryOut(asked);
      return 'over';
    };
    return this.#database.bulk(alone, this.#stop.signal, 'crossfade rehearsal guard');
  }

  async #carryOut(wanted: AskedRehearsal): Promise<void> {
    const { migration, statements, listed = [], isThorough = false } = wanted;
    const { signal } = this.#stop;
    const asked = { migration, tag: trialTag(), statements, listed, isThorough, signal };
    await this.keep(wanted, await rehearse(this.#database, asked));
  }

  /** Keeps what was found, here or on a clone, as the last one of its migration. */
  async keep({ id, migration }: AskedRehearsal, report: Rehearsal): Promise<void> {
    await this.#database.query(
      `INSERT INTO crossfade.rehearsal AS known (migration, definition, asked, report)
       VALUES ($1, $2, $3, $4) ON CONFLICT (migration) DO UPDATE SET definition = excluded.definition,
         asked = excluded.asked, report = excluded.report, at = clock_timestamp()`,
      [migration.name, JSON.stringify(migration), id, JSON.stringify(report)],
    );
  }

  async #find(condition: string, values: readonly unknown[]): Promise<KeptRehearsal | null> {
    const [row] = await this.#database.query<KeptRehearsal>(
      `SELECT report, extract(epoch FROM clock_timestamp() - at)::float8 AS age
       FROM crossfade.rehearsal WHERE ${condition}`,
      values,
    );
    return row ?? null;
  }
}

/** What failed may have been mended since. */
const isWorthAnother = ({ report, age }: KeptRehearsal): boolean =>
  report.verdict === 'failed' && age > FAILED_FOR_S;

/** `elsewhere`: another process is at it, and will keep what it finds. */
type End = 'over' | 'elsewhere';

/** How the work ended; `late` when it has not in time. */
async function endWithin(work: Promise<End>, ms: number): Promise<End | 'late'> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
