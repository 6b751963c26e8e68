import { READ } from '../../core/schema-migration/batch-size.ts';
import type { Catalog } from '../../core/schema-migration/catalog.ts';
import type { DifferingRow } from '../../core/schema-migration/differing-row.ts';
import { givenNames } from '../../core/schema-migration/taken-names.ts';
import type { Movement } from '../../core/schema-migration/movement.ts';
import type { TargetDatabase, TargetSession } from '../ports/target-database.ts';
import { compareHalves, compareRange } from './compare-range.ts';
import type { Turn, TurnEnd } from './job-run.ts';
import { judgeEach, judgeSuspects } from './judge-range.ts';
import {
  type BatchTerms,
  type KeyRange,
  type RangeTask,
  UNHURRIED,
  type Worked,
} from './range-task.ts';
import type { RuleLooks } from './rule-looks.ts';
import type { RangeEnd } from './slice-store.ts';
import { waitsForNames } from './waits-for-names.ts';

/** Rows that are worth a second session. */
const SHARED_ROWS = 25_000;
/** Rows of a part of a range that differs somewhere. */
const PART_ROWS = 16_000;
/** Rows that are judged by one statement, one by one. */
const CAREFUL_ROWS = 10_000;

/**
 * Compares both shapes, each range in one snapshot. A difference counts when a second reading sees
 * it too. Rows that fail or lose something are filed, if they are not yet, and counted there.
 */
export class VerifyTask implements RangeTask {
  readonly kind = 'verify';
  /** To find a range's end costs as much as a part of comparing it, and a reader locks no row of it. */
  readonly sliceRows = READ.largest;
  readonly counts = true;
  readonly limits = READ;
  readonly stretch = 10;
  /** A session is one process: how many work at the same time is said by how many sessions do. */
  readonly settings = { ...UNHURRIED, max_parallel_workers_per_gather: '0' };
  readonly #database: TargetDatabase;
  readonly #rules: RuleLooks;

  constructor(database: TargetDatabase, rules: RuleLooks) {
    this.#database = database;
    this.#rules = rules;
  }

  /** A rollback waits for parity alone: it leaves to the old version what that keeps. */
  async rest(turn: Turn, catalog: Catalog): Promise<TurnEnd | null> {
    if (turn.job.parityOnly) return null;
    return (await this.#rules.rest(turn, catalog)) ?? this.#namesRest(turn, catalog);
  }

  /** While there still is a way back, which there is no longer when contract begins. */
  async #namesRest({ job: { migration } }: Turn, catalog: Catalog): Promise<TurnEnd | null> {
    const end = await waitsForNames(this.#database, givenNames(migration, catalog));
    if (end === null) return null;
    return { ...end, reason: `${end.reason}; the way back is open until contract` };
  }

  async work(
    session: TargetSession,
    movement: Movement,
    range: KeyRange,
    { isLate, isUnrestrained }: BatchTerms,
  ): Promise<Worked> {
    const isShared = isUnrestrained && range.rows >= SHARED_ROWS;
    const { isAlike, rows } = isShared
      ? await compareHalves(
          { session, database: this.#database, settings: this.settings },
          movement,
          range,
        )
      : await compareRange(session, movement, range);
    if (isAlike) return { differing: [], rows };
    if (rows <= PART_ROWS)
      return { differing: await judgeSuspects(session, movement, range), rows };
    return partByPart(session, movement, range, { rows: PART_ROWS, isLate }, async (part) =>
      (await compareRange(session, movement, part)).isAlike
        ? []
        : judgeSuspects(session, movement, part),
    );
  }

  /** Each row takes many times as long by itself, so few of them go into one statement. */
  async workCarefully(
    session: TargetSession,
    movement: Movement,
    range: KeyRange,
    { isLate }: BatchTerms,
  ): Promise<Worked> {
    return partByPart(session, movement, range, { rows: CAREFUL_ROWS, isLate }, (part) =>
      judgeEach(session, movement, part),
    );
  }
}

/** A long range in parts of so many rows, until the time is up: what is left is for the next batch. */
async function partByPart(
  session: TargetSession,
  movement: Movement,
  { from, to }: KeyRange,
  { rows, isLate }: { readonly rows: number; readonly isLate: () => boolean },
  look: (part: KeyRange) => Promise<readonly DifferingRow[]>,
): Promise<Worked> {
  const differing: DifferingRow[] = [];
  const { bound } = movement.range();
  let met = 0;
  for (let at = from; ;) {
    const [end] = await session.query<RangeEnd>(bound, [at, rows, to]);
    if (end === undefined) return { differing, rows: met };
    const part = { from: at, to: end.key, rows: Number(end.rows), isCounted: true };
    differing.push(...(await look(part)));
    met += part.rows;
    if (isLate()) return { differing, stopped: { key: end.key, rows: met } };
    at = end.key;
  }
}
