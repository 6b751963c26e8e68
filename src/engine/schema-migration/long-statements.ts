import { CrossfadeError } from '../../core/errors.ts';
import { ownDdl } from '../../core/schema-migration/guard/guard-schema.ts';
import { shortId } from '../../core/schema-migration/identifier.ts';
import { expressionSettings } from '../../core/schema-migration/expression-settings.ts';
import type { BulkSession, TargetDatabase } from '../ports/target-database.ts';
import type { Turn } from './job-run.ts';
import type { ClaimedJob } from './job-store.ts';

/** A statement that this process has begun. */
interface Attempt {
  readonly ended: Promise<void>;
  isOver: boolean;
  fault: unknown;
}

/**
 * Statements that take as long as they take and cannot share a transaction with their job's row.
 * Instead the server knows each one's session by the job's name, and the session looks at the fence
 * before it begins. So whoever has the job next either finds the session, and waits for what it has
 * begun or ends it, or has raised the fence before the look.
 */
export class LongStatements {
  readonly #database: TargetDatabase;
  /** By job. */
  readonly #own = new Map<string, Attempt>();
  readonly #closing = new AbortController();

  constructor(database: TargetDatabase) {
    this.#database = database;
  }

  /**
   * Waits, as long as the turn lasts, for what any process has begun for the job.
   * @returns why it has to be waited for still; null when nothing is under way
   * @throws TargetSqlError when what this process began has failed
   */
  async underWay(turn: Turn): Promise<string | null> {
    const { job } = turn;
    const attempt = this.#own.get(job.id);
    while (attempt?.isOver === false && !turn.isOver()) {
      await Promise.race([attempt.ended, pause(LOOK_MS)]);
    }
    if (attempt?.isOver === true) {
      this.#own.delete(job.id);
      // A connection that was lost is no fault of the statement: the catalog shows how far it came.
      if (attempt.fault !== undefined && !isLoss(attempt.fault)) throw attempt.fault;
      return null;
    }
    const session = await this.#working(job.id, attempt !== undefined);
    if (session !== null) return describe(session);
    return attempt === undefined ? null : 'begins';
  }

  /**
   * Begins a statement, when nothing is under way, and waits for its end as long as the turn lasts.
   * @param words what it does, for people
   */
  async begin(turn: Turn, sql: string, words: string): Promise<string | null> {
    // Whoever looks on, from another process or by hand, reads it from there.
    const said = `/* ${words.replaceAll('*/', '')} */ ${sql}`;
    const { job } = turn;
    let resolve = (): void => undefined;
    const begun = new Promise<void>((resolved) => {
      resolve = resolved;
    });
    const run = this.#database.bulk(
      async (session) => {
        await prepare(session, job);
        resolve();
        await session.query(said);
      },
      this.#closing.signal,
      sessionName(job.id),
    );
    const attempt: Attempt = {
      isOver: false,
      fault: undefined,
      ended: run
        .catch((fault: unknown) => {
          attempt.fault = fault;
        })
        .finally(() => {
          attempt.isOver = true;
        }),
    };
    this.#own.set(job.id, attempt);
    await Promise.race([begun, attempt.ended]);
    return this.underWay(turn);
  }

  /** Lets go of what has begun, which goes on. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all([...this.#own.values()].map(({ ended }) => ended));
  }

  /** Ends what any process has begun for a job that was revoked. */
  async stop(job: string): Promise<void> {
    this.#own.delete(job);
    for (const { pid, active } of await this.#sessions(job)) await this.#end(pid, active);
  }

  /** A session that works; of others, one that does not yet is ended before it begins. */
  async #working(job: string, isOurs: boolean): Promise<Session | null> {
    const sessions = await this.#sessions(job);
    for (const { pid, active } of sessions) {
      if (!active && !isOurs) await this.#end(pid, active);
    }
    return sessions.find(({ active }) => active) ?? null;
  }

  async #end(pid: number, active: boolean): Promise<void> {
    const how = active ? 'pg_cancel_backend' : 'pg_terminate_backend';
    await this.#database.query(`SELECT ${how}($1::int)`, [pid]);
  }

  async #sessions(job: string): Promise<readonly Session[]> {
    return this.#database.query<Session>(
      `SELECT a.pid, a.state = 'active' AS active, substring(a.query from '^/\\* (.*?) \\*/') AS words, p.phase,
         CASE WHEN p.blocks_total > 0 THEN floor(100.0 * p.blocks_done / p.blocks_total)::int END AS percent,
         extract(epoch FROM clock_timestamp() - a.query_start)::int AS seconds, b.blocker
       FROM pg_stat_activity a LEFT JOIN pg_stat_progress_create_index p ON p.pid = a.pid
         LEFT JOIN LATERAL (
           SELECT format('%s (pid %s), open for %s s%s', coalesce(nullif(o.application_name, ''), o.usename,
               o.backend_type), o.pid, extract(epoch FROM clock_timestamp() - o.xact_start)::int,
             coalesce(': ' || nullif(left(regexp_replace(o.query, '\\s+', ' ', 'g'), 80), ''), '')) AS blocker
           FROM pg_stat_activity o WHERE o.pid = ANY(pg_blocking_pids(a.pid))
           ORDER BY o.xact_start LIMIT 1) b ON true
       WHERE a.application_name = $1 AND a.datname = current_database() AND a.pid <> pg_backend_pid()
       ORDER BY active DESC`,
      [sessionName(job)],
    );
  }
}

/** Between two looks whether a statement has ended; its end itself is noticed at once. */
const LOOK_MS = 50;

interface Session {
  readonly pid: number;
  /** True while it carries out a statement. */
  readonly active: boolean;
  /** What it does; null before it has begun. */
  readonly words: string | null;
  /** Of an index that is being built. */
  readonly phase: string | null;
  readonly percent: number | null;
  readonly seconds: number | null;
  /** Who keeps it waiting, in words. */
  readonly blocker: string | null;
}

/** PostgreSQL cuts names after 63 bytes. */
function sessionName(job: string): string {
  const plain = job.replaceAll(/[^ -~]/g, '?');
  return `crossfade ${shortId(job)} ${plain.slice(-40)}`;
}

async function prepare(session: BulkSession, job: ClaimedJob): Promise<void> {
  const settings = { ...expressionSettings(job.migration), [ownDdl]: 'on' };
  await session.query(
    'SELECT set_config(name, value, false) FROM unnest($1::text[], $2::text[]) s(name, value)',
    [Object.keys(settings), Object.values(settings)],
  );
  const [row] = await session.query(
    `SELECT 1 FROM crossfade.job WHERE id = $1 AND fence = $2 AND status = 'running'`,
    [job.id, job.fence],
  );
  if (row !== undefined) return;
  throw new CrossfadeError('staleFence', `Job ${job.id} has changed hands or was revoked.`);
}

function describe({ words, phase, percent, seconds, blocker }: Session): string {
  if (words === null) return 'begins';
  if (blocker !== null) return `${words}: waits for ${blocker}`;
  const how = phase === null ? `for ${seconds ?? 0} s` : phase;
  return `${words}: ${how}${percent === null ? '' : `, ${percent} %`}`;
}

const isLoss = (fault: unknown): boolean =>
  fault instanceof CrossfadeError && fault.code === 'unavailable';

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
