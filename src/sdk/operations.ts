import { CrossfadeError } from '../core/errors.ts';
import type { OperationKind } from '../core/protocol/evidence.ts';
import type { Side } from '../core/protocol/route.ts';
import { attempt, outcomeOf, overdue } from './attempt.ts';
import type { Attempt } from './attempt.ts';
import type { Savepoint } from './crossfade.ts';
import type { EvidenceRecorder } from './evidence-recorder.ts';
import type { BothSides, ShadowReader } from './shadow-reader.ts';
import { Deadlines } from './deadlines.ts';
import { late } from './time-limit.ts';
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

/** One side's closure, running. */
interface Running<T> {
  /** How it ended, or `overdue` when its limit came first. */
  readonly own: Attempt<T>;
  /** How it ends, however long that takes. */
  readonly whole: Promise<Attempt<T>>;
}

/** What the caller gets, and from which side. */
interface Served<T> {
  readonly side: Side;
  readonly made: Attempt<T>;
}

/** Runs reads and writes on the side that the stage says (DESIGN §10), and counts what came of it. */
export class Operations {
  readonly #sources: OperationSources;
  readonly #deadlines: Deadlines;

  constructor(sources: OperationSources) {
    this.#sources = sources;
    this.#deadlines = new Deadlines(sources.timing);
  }

  async read<T>(migration: string, sides: ReadSides<T>): Promise<T> {
    const { shadow } = this.#sources;
    const taken = this.#take(migration);
    const turn = taken instanceof Promise ? await taken : taken;
    try {
      const { decision, unit } = turn;
      const sample = isRepeatable(turn, sides) ? shadow.sample(migration, unit, decision) : null;
      const guarded = isInSavepoint(turn, sides) ? inSavepoint(sides, sides.savepoint) : sides;
      const whole = this.#attempt(decision.side === 'new' ? guarded.new : guarded.old);
      const inTime = await this.#inTime(whole, sides);
      const own = this.#counted(migration, turn, 'read', inTime);
      const answer = own.ok
        ? this.#served(migration, turn, { side: decision.side, made: own })
        : await this.#answer(migration, turn, { own, whole }, sides);
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
      const whole = this.#attempt(decision.side === 'new' ? sides.new : sides.old);
      this.#counted(migration, turn, 'write', await this.#inTime(whole, sides));
      const made = await whole;
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

  #inTime<T>(
    whole: Promise<Attempt<T>>,
    { limitMs }: WriteSides<T>,
  ): Promise<Attempt<T> | typeof late> {
    const limit = limitMs !== undefined && limitMs > 0 ? limitMs : this.#sources.limitMs;
    return this.#deadlines.within(limit, whole);
  }

  /** Counts how a side's closure ended, or that its limit came first: once, at that moment. */
  #counted<T>(
    migration: string,
    { decision, unit, route }: Turn,
    operation: OperationKind,
    inTime: Attempt<T> | typeof late,
  ): Attempt<T> {
    const own = inTime === late ? overdue : inTime;
    const failed = !own.ok && own.harm;
    const { milliseconds } = own;
    const { recorder } = this.#sources;
    recorder.operation(migration, { decision, unit, route, operation, failed, milliseconds });
    return own;
  }

  /**
   * What the caller gets. In `live` a pure read that failed on the new side, or takes too long there,
   * is answered by the old one, unless the new one answers first after all.
   */
  async #answer<T>(
    migration: string,
    turn: Turn,
    { own, whole }: Running<T>,
    sides: ReadSides<T>,
  ): Promise<Attempt<T>> {
    const isHarm = !own.ok && own.harm;
    if (isHarm && turn.decision.stage === 'live' && isInSavepoint(turn, sides)) {
      return this.#answerAfter(migration, turn, whole, sides);
    }
    if (!isHarm || turn.decision.stage !== 'live' || !isRepeatable(turn, sides)) {
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
