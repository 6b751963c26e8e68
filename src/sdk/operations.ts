import { CrossfadeError } from '../core/errors.ts';
import type { OperationKind } from '../core/protocol/evidence.ts';
import type { Side } from '../core/protocol/route.ts';
import { attempt, outcomeOf } from './attempt.ts';
import type { Attempt } from './attempt.ts';
import type { Savepoint } from './crossfade.ts';
import type { EvidenceRecorder } from './evidence-recorder.ts';
import type { BothSides, ShadowReader } from './shadow-reader.ts';
import { Deadlines } from './deadlines.ts';
import { TimedAttempt } from './timed-attempt.ts';
import type { AttemptSources } from './timed-attempt.ts';
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
  /** How long an operation may take that says nothing of its own. */
  readonly limitMs: number;
}

/** A write as the data path sees it. */
export interface WriteSides<T> extends BothSides<T> {
  readonly limitMs?: number;
}

/** A read as the data path sees it. */
export interface ReadSides<T> extends WriteSides<T> {
  readonly pure?: boolean;
  readonly savepoint?: Savepoint;
}

/** What the caller gets, and from which side. */
interface Served<T> {
  readonly side: Side;
  readonly made: Attempt<T>;
}

/** Runs reads and writes on the side that the stage says (DESIGN §10), and counts what came of it. */
export class Operations {
  readonly #sources: OperationSources;
  readonly #timed: AttemptSources;

  constructor(sources: OperationSources) {
    this.#sources = sources;
    const { timing, notAnError } = sources;
    this.#timed = { timing, notAnError, deadlines: new Deadlines(timing) };
  }

  async read<T>(migration: string, sides: ReadSides<T>): Promise<T> {
    const { shadow } = this.#sources;
    const taken = this.#take(migration);
    const turn = taken instanceof Promise ? await taken : taken;
    try {
      const { decision, unit } = turn;
      const sample = isRepeatable(turn, sides) ? shadow.sample(migration, unit, decision) : null;
      const guarded = isInSavepoint(turn, sides) ? inSavepoint(sides, sides.savepoint) : sides;
      const running = this.#run(decision.side, guarded);
      const own = this.#counted(migration, turn, 'read', await running.inTime);
      const answer =
        own.ok || !own.harm
          ? this.#served(migration, turn, { side: decision.side, made: own })
          : await this.#answerHarmed(migration, turn, running.whole(), sides);
      if (sample !== null) shadow.compare(sample, own, sides);
      return outcomeOf(answer);
    } finally {
      turn.leave();
    }
  }

  async write<T>(migration: string, sides: WriteSides<T>): Promise<T> {
    const taken = this.#take(migration);
    const turn = taken instanceof Promise ? await taken : taken;
    const { unit, decision } = turn;
    const written = unit === undefined ? () => {} : this.#sources.writes.begin(unit);
    try {
      const running = this.#run(decision.side, sides);
      this.#counted(migration, turn, 'write', await running.inTime);
      const made = await running.whole();
      return outcomeOf(this.#served(migration, turn, { side: decision.side, made }));
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
    this.#sources.recorder.refused(migration, turn.decision.revision, turn.route);
    throw new CrossfadeError(
      'refused',
      `an operation of ${migration} belongs to no unit, and its policy says \`without: refuse\`; run it inside crossfade.withUnit(id, ...)`,
    );
  }

  #attempt<T>(run: () => T | PromiseLike<T>): Promise<Attempt<T>> {
    return attempt(run, this.#sources.timing, this.#sources.notAnError);
  }

  #run<T>(side: Side, sides: WriteSides<T>): TimedAttempt<T> {
    const { limitMs } = sides;
    const limit = limitMs !== undefined && limitMs > 0 ? limitMs : this.#sources.limitMs;
    return new TimedAttempt(side === 'new' ? sides.new : sides.old, limit, this.#timed);
  }

  /** Counts how a side's closure ended, or that its limit came first: once, at that moment. */
  #counted<T>(
    migration: string,
    { decision, unit, route }: Turn,
    operation: OperationKind,
    own: Attempt<T>,
  ): Attempt<T> {
    const failed = !own.ok && own.harm;
    const { milliseconds } = own;
    const { recorder } = this.#sources;
    recorder.operation(migration, { decision, unit, route, operation, failed, milliseconds });
    return own;
  }

  /**
   * What the caller gets of a read that failed, or takes too long. In `live` a pure one is answered by
   * the old side, unless the new one answers first after all.
   */
  async #answerHarmed<T>(
    migration: string,
    turn: Turn,
    whole: Promise<Attempt<T>>,
    sides: ReadSides<T>,
  ): Promise<Attempt<T>> {
    const isLive = turn.decision.stage === 'live';
    if (isLive && isInSavepoint(turn, sides))
      return this.#answerAfter(migration, turn, whole, sides);
    if (!isLive || !isRepeatable(turn, sides)) {
      return this.#served(migration, turn, { side: turn.decision.side, made: await whole });
    }
    const old = this.#attempt(sides.old).then((made): Served<T> => ({ side: 'old', made }));
    const fresh = whole.then((made) => (made.ok ? { side: 'new' as const, made } : old));
    const first = await Promise.race([fresh, old]);
    if (first.made.ok || !isInFailedTransaction(first.made.error)) {
      return this.#served(migration, turn, first);
    }
    this.#sources.warnings.once(
      `transaction:${migration}`,
      `a pure read of ${migration} failed on the new side inside a database transaction that Crossfade does not know of; put crossfade.transaction(...) around that transaction`,
    );
    return this.#served(migration, turn, { side: 'new', made: await whole });
  }

  /** Within a transaction one statement runs after the other: the old side waits for the new one. */
  async #answerAfter<T>(
    migration: string,
    turn: Turn,
    whole: Promise<Attempt<T>>,
    sides: ReadSides<T>,
  ): Promise<Attempt<T>> {
    const made = await whole;
    if (made.ok || !made.harm) return this.#served(migration, turn, { side: 'new', made });
    const old = await this.#attempt(sides.old);
    return this.#served(migration, turn, { side: 'old', made: old });
  }

  #served<T>(migration: string, { decision }: Turn, { side, made }: Served<T>): Attempt<T> {
    this.#sources.recorder.served(migration, decision, side);
    return made;
  }
}

/** A transaction's reads belong to it: they may see what nobody else sees, and a failure has ended it. */
function isRepeatable<T>(turn: Turn, sides: ReadSides<T>): boolean {
  return sides.pure === true && turn.transaction === null;
}

/** A pure read in a transaction that is asked to survive its failure, where both sides are at hand. */
function isInSavepoint<T>(
  turn: Turn,
  sides: ReadSides<T>,
): sides is ReadSides<T> & { readonly savepoint: Savepoint } {
  const { stage } = turn.decision;
  const hasBoth = stage === 'shadow' || stage === 'live';
  return (
    hasBoth && sides.pure === true && turn.transaction !== null && sides.savepoint !== undefined
  );
}

/** On both sides, so that what it costs makes neither of them slower than the other. */
function inSavepoint<T>(sides: ReadSides<T>, savepoint: Savepoint): ReadSides<T> {
  return {
    ...sides,
    old: () => savepoint(async () => sides.old()),
    new: () => savepoint(async () => sides.new()),
  };
}

/** SQLSTATE 25P02, in_failed_sql_transaction: its cause is the error before it. */
function isInFailedTransaction(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === '25P02';
}
