import { replicaLag, withBeat } from '../../core/schema-migration/replica-lag.ts';
import type { WalBeat } from '../../core/schema-migration/replica-lag.ts';
import { filesOf } from '../../core/schema-migration/table-files.ts';
import type { TargetLoad } from '../../core/schema-migration/throttle-reason.ts';
import type { TargetDatabase } from '../ports/target-database.ts';

/** Somebody who waits for a lock for longer than this is a sign of distress. */
const WAITING_MS = 200;
/** Rates are taken over at least so long: the server counts transactions by the second. */
const RATE_MS = 1_000;
/** Others that end more transactions than this per second would notice us. */
const BUSY_PER_SECOND = 50;
/** Transactions of ours that go with one look, at the most. */
const OWN_PER_LOOK = 8;

/** A look, and whether others work on the target at the same time. */
export interface SeenLoad extends TargetLoad {
  /** Null until it is known: for a second at the most, and not at all where nobody else is connected. */
  readonly isBusy: boolean | null;
  /** Epoch milliseconds by the target's clock. */
  readonly at: number;
}

/** Looks at how a target fares. Keeps what rates and lags are counted from. */
export class LoadProbe {
  readonly #database: TargetDatabase;
  #beats: readonly WalBeat[] = [];
  /** From the newest one that is old enough to compare with. */
  #samples: readonly Sample[] = [];
  #looks = 0;

  constructor(database: TargetDatabase) {
    this.#database = database;
  }

  /** @param tables whose dead rows count, with their schema's name */
  async look(schema: string, tables: readonly string[]): Promise<SeenLoad> {
    const [row] = await this.#database.query<LookRow>(LOOK, [WAITING_MS, schema, tables]);
    if (row === undefined) throw new TypeError('A query without FROM yields a row.');
    const beat = { wal: row.wal, at: row.at };
    this.#beats = withBeat(this.#beats, beat, row.replayed);
    const rates = this.#rates({ ...beat, commits: row.commits, looks: (this.#looks += 1) });
    return {
      at: row.at,
      lockWaiters: row.waiters,
      activeBackends: row.active,
      deadRows: row.dead,
      replicaLagMs: replicaLag(this.#beats, row.replayed, row.at),
      walBytesPerSecond: rates?.wal ?? null,
      isBusy: rates === null ? unlessAlone(row.others) : rates.others > BUSY_PER_SECOND,
    };
  }

  /** Against the newest sample that is old enough; null while there is none. */
  #rates(now: Sample): { readonly wal: number; readonly others: number } | null {
    // What was taken before a pause says nothing of now.
    const recent = this.#samples.filter(({ at }) => now.at - at < 3 * RATE_MS);
    const before = recent.findLast(({ at }) => now.at - at >= RATE_MS);
    this.#samples = [...recent.filter(({ at }) => at >= (before?.at ?? 0)), now];
    if (before === undefined) return null;
    const seconds = (now.at - before.at) / 1_000;
    const own = (now.looks - before.looks) * OWN_PER_LOOK;
    return {
      wal: (now.wal - before.wal) / seconds,
      others: (now.commits - before.commits - own) / seconds,
    };
  }
}

/** Before there is a rate: who is not connected does not work. */
const unlessAlone = (others: number): false | null => (others === 0 ? false : null);

interface Sample extends WalBeat {
  readonly commits: number;
  /** How often we had looked by then. */
  readonly looks: number;
}

const LOOK = `SELECT
  (SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
    -- Only an index that is being built waits for transactions, and it is in nobody's way.
    WHERE NOT l.granted AND l.locktype NOT IN ('advisory', 'virtualxid') AND a.datname = current_database()
      AND l.waitstart < clock_timestamp() - make_interval(secs => $1 / 1000.0))::int AS waiters,
  (SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND datname = current_database()
    AND backend_type = 'client backend' AND application_name NOT LIKE 'crossfade%')::int AS active,
  -- Where a role may not see what others do, it still sees that they are there.
  (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND coalesce(backend_type, 'client backend') = 'client backend'
    AND application_name NOT LIKE 'crossfade%')::int AS others,
  (pg_current_wal_lsn() - '0/0')::float8 AS wal,
  (SELECT min(replay_lsn - '0/0') FROM pg_stat_replication)::float8 AS replayed,
  (SELECT xact_commit FROM pg_stat_database WHERE datname = current_database())::float8 AS commits,
  -- The count of live rows is lost with the server's statistics; that of the last vacuum is not.
  (SELECT coalesce(max(pg_stat_get_dead_tuples(f.oid)::float8
      / greatest(pg_stat_get_live_tuples(f.oid), f.reltuples, 10000)), 0)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, LATERAL ${filesOf('c.oid')} f
    WHERE n.nspname = $2 AND c.relname = ANY($3)) AS dead,
  (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS at`;

interface LookRow {
  readonly waiters: number;
  readonly active: number;
  readonly others: number;
  readonly wal: number;
  readonly replayed: number | null;
  readonly commits: number;
  readonly dead: number;
  readonly at: number;
}
