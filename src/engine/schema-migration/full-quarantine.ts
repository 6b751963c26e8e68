import { blocks } from '../../core/schema-migration/point-of-no-return.ts';
import type { TargetDatabase } from '../ports/target-database.ts';
import { jittered } from './job-run.ts';
import type { JobRunner, Turn, TurnEnd } from './job-run.ts';
import { quarantinedRows } from './quarantined-rows.ts';

/** More rows than these nobody mends one by one, and each takes room on the target. */
const MOST_ROWS = 10_000;
/** Between two looks whether rows have been mended. */
const LOOK_MS = 5_000;

/**
 * Stands before a backfill: where so many rows cannot be converted it is not the rows that are wrong.
 * It holds at the exact row, and goes on when enough of them are well again.
 */
export class FullQuarantine implements JobRunner {
  readonly #database: TargetDatabase;
  readonly #backfill: JobRunner;
  readonly #most: number;

  constructor(database: TargetDatabase, backfill: JobRunner, most = MOST_ROWS) {
    this.#database = database;
    this.#backfill = backfill;
    this.#most = most;
  }

  async run(turn: Turn): Promise<TurnEnd> {
    const { name } = turn.job.migration;
    const [row] = await this.#database.query<{ rows: number }>(
      `SELECT count(*)::int AS rows FROM (SELECT FROM crossfade.quarantine
         WHERE migration = $1 AND resolved_at IS NULL AND ${blocks()} LIMIT $2) open`,
      [name, this.#most + 1],
    );
    const isFull = (row?.rows ?? 0) > this.#most;
    // Only then are rows looked at again, of which some may be well by now.
    if (!isFull || (await quarantinedRows(this.#database, turn.job.migration)) <= this.#most) {
      return this.#backfill.run(turn);
    }
    return {
      kind: 'waits',
      hold: 'quarantine',
      reason:
        `the quarantine is full: more than ${this.#most} rows of ${name} could not be converted, and crossfade.quarantine ` +
        'names them. Mend the rows, and it goes on where it is; or roll back and mend `up`',
      delayMs: jittered(LOOK_MS),
    };
  }
}
