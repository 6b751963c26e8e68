import { LOCKED, WRITTEN_SLICE_ROWS } from '../../../core/schema-migration/batch-size.ts';
import type { Catalog } from '../../../core/schema-migration/catalog.ts';
import type { Movement } from '../../../core/schema-migration/movement.ts';
import type { TargetSession } from '../../ports/target-database.ts';
import type { Turn, TurnEnd } from '../job-run.ts';
import type { ClaimedJob } from '../job-store.ts';
import { DONE, type KeyRange, type RangeTask, type Worked } from '../range-task.ts';

/** What surrounds the rows of a restore. */
interface Around {
  /** The catalog as contract found it. */
  before(job: ClaimedJob): Promise<Catalog>;
  /** What follows when every row is in step. */
  rest(turn: Turn): Promise<TurnEnd | null>;
}

/** Carries back what the new version wrote while there was no sync. */
export class RestoreTask implements RangeTask {
  readonly kind = 'restore';
  readonly sliceRows = WRITTEN_SLICE_ROWS;
  readonly counts = false;
  readonly limits = LOCKED;
  readonly stretch = 1;
  readonly settings = {};
  readonly #around: Around;

  constructor(around: Around) {
    this.#around = around;
  }

  rest(turn: Turn): Promise<TurnEnd | null> {
    return this.#around.rest(turn);
  }

  /** As it was, but for the keys: a key's old column is empty yet in rows that were written since. */
  async catalog(job: ClaimedJob, seen: Catalog): Promise<Catalog> {
    const before = await this.#around.before(job);
    const tables = before.tables.map((table) => {
      const now = seen.tables.find(({ name }) => name === table.name);
      return now === undefined ? table : { ...table, key: now.key };
    });
    return { ...before, tables };
  }

  async work(session: TargetSession, movement: Movement, { from, to }: KeyRange): Promise<Worked> {
    for (const sql of movement.range().back) await session.query(sql, [from, to]);
    return DONE;
  }
}
