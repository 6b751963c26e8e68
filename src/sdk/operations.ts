import { CrossfadeError } from '../core/errors.ts';
import { attempt, outcomeOf } from './attempt.ts';
import type { Attempt } from './attempt.ts';
import type { EvidenceRecorder, OperationRecord } from './evidence-recorder.ts';
import type { BothSides, ShadowReader } from './shadow-reader.ts';
import type { Timing } from './timing.ts';
import type { Turn, Turns } from './turns.ts';
import type { UnitWrites } from './unit-writes.ts';
import type { Warnings } from './warnings.ts';

/** What operations stand on. */
export interface OperationSources {
  readonly timing: Timing;
  readonly turns: Turns;
  readonly recorder: EvidenceRecorder;
  readonly shadow: ShadowReader;
  readonly writes: UnitWrites;
  readonly warnings: Warnings;
  readonly notAnError: (error: unknown) => boolean;
}

/** A read as the data path sees it. */
export interface ReadSides<T> extends BothSides<T> {
  readonly pure?: boolean;
}

/** Runs reads and writes on the side that the stage says (DESIGN §10), and counts what came of it. */
export class Operations {
  readonly #sources: OperationSources;

  constructor(sources: OperationSources) {
    this.#sources = sources;
  }

  async read<T>(migration: string, sides: ReadSides<T>): Promise<T> {
    const { shadow } = this.#sources;
    const turn = await this.#take(migration);
    try {
      const { decision, unit } = turn;
      const sample = isRepeatable(turn, sides) ? shadow.sample(migration, unit, decision) : null;
      const own = await this.#attempt(decision.side === 'new' ? sides.new : sides.old);
      const answer = await this.#answer(migration, turn, own, sides);
      this.#record(migration, turn, own, answer === own ? {} : { servedBy: 'old' });
      if (sample !== null) shadow.compare(sample, own, sides);
      return outcomeOf(answer);
    } finally {
      turn.leave();
    }
  }

  async write<T>(migration: string, sides: BothSides<T>): Promise<T> {
    const turn = await this.#take(migration);
    const { decision, unit } = turn;
    const written = unit === undefined ? () => {} : this.#sources.writes.begin(unit);
    try {
      const own = await this.#attempt(decision.side === 'new' ? sides.new : sides.old);
      this.#record(migration, turn, own, { operation: 'write' });
      return outcomeOf(own);
    } finally {
      // In a transaction nobody sees it before that ends.
      if (turn.transaction === null) written();
      else turn.transaction.atEnd(written);
      turn.leave();
    }
  }

  /** Does not wait where the decision is at hand, which is nearly always. */
  #take(migration: string): Turn | Promise<Turn> {
    const taken = this.#sources.turns.take(migration);
    if (taken instanceof Promise) return taken.then((turn) => this.#admit(migration, turn));
    return this.#admit(migration, taken);
  }

  #admit(migration: string, turn: Turn): Turn {
    if (turn.decision.reason !== 'refused') return turn;
    turn.leave();
    this.#sources.recorder.refused(migration, turn.decision.revision);
    throw new CrossfadeError(
      'refused',
      `an operation of ${migration} belongs to no unit, and its policy says \`without: refuse\`; run it inside crossfade.withUnit(id, ...)`,
    );
  }

  #attempt<T>(run: () => T | PromiseLike<T>): Promise<Attempt<T>> {
    return attempt(run, this.#sources.timing, this.#sources.notAnError);
  }

  /** In `live` a pure read that failed on the new side is answered by the old one. */
  async #answer<T>(
    migration: string,
    turn: Turn,
    own: Attempt<T>,
    sides: ReadSides<T>,
  ): Promise<Attempt<T>> {
    if (own.ok || !own.harm || turn.decision.stage !== 'live') return own;
    if (!isRepeatable(turn, sides)) return own;
    const old = await this.#attempt(sides.old);
    if (old.ok || !isInFailedTransaction(old.error)) return old;
    this.#sources.warnings.once(
      `transaction:${migration}`,
      `a pure read of ${migration} failed on the new side inside a database transaction that Crossfade does not know of; put crossfade.transaction(...) around that transaction`,
    );
    return own;
  }

  #record<T>(
    migration: string,
    turn: Turn,
    own: Attempt<T>,
    differing: Partial<Pick<OperationRecord, 'servedBy' | 'operation'>>,
  ): void {
    const { decision, unit } = turn;
    this.#sources.recorder.operation(migration, {
      decision,
      unit,
      operation: 'read',
      failed: !own.ok && own.harm,
      milliseconds: own.milliseconds,
      servedBy: decision.side,
      ...differing,
    });
  }
}

/** A transaction's reads belong to it: they may see what nobody else sees, and a failure has ended it. */
function isRepeatable<T>(turn: Turn, sides: ReadSides<T>): boolean {
  return sides.pure === true && turn.transaction === null;
}

/** SQLSTATE 25P02, in_failed_sql_transaction: its cause is the error before it. */
function isInFailedTransaction(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === '25P02';
}
