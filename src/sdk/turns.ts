import { AsyncLocalStorage } from 'node:async_hooks';
import type { Decision } from './decision.ts';
import type { Decisions } from './decisions.ts';
import type { FlagEvents } from './flag-events.ts';
import type { FreezeWatch } from './freeze-watch.ts';
import { HeldDecision } from './held-decision.ts';
import type { InFlight } from './in-flight.ts';
import { Scope } from './scope.ts';
import { Transaction } from './transaction.ts';

/** One operation's permission to run, by one decision. */
export class Turn {
  readonly unit: string | undefined;
  /** The transaction that it runs in, where the application marked one. */
  readonly transaction: Transaction | null;
  /** What the operation is part of, where the application said so. */
  readonly route: string | undefined;
  readonly #held: HeldDecision;

  constructor(held: HeldDecision, scope: Scope | undefined) {
    this.unit = scope?.unit;
    this.route = scope?.route;
    this.transaction = scope?.open === true ? scope.transaction : null;
    this.#held = held;
  }

  get decision(): Decision {
    return this.#held.decision;
  }

  /** Must be called once. */
  leave(): void {
    this.#held.leave();
  }
}

/**
 * Hands out decisions: one per migration for the whole of a `withUnit` scope, so that a request or
 * transaction never sees two shapes, and one per operation outside of it.
 */
export class Turns {
  readonly #scopes = new AsyncLocalStorage<Scope>();
  readonly #decisions: Decisions;
  readonly #freeze: FreezeWatch;
  readonly #inFlight: InFlight;
  readonly #events: FlagEvents | null;

  /** @param events who is told of what was decided; null for nobody */
  constructor(
    decisions: Decisions,
    freeze: FreezeWatch,
    inFlight: InFlight,
    events: FlagEvents | null = null,
  ) {
    this.#decisions = decisions;
    this.#freeze = freeze;
    this.#inFlight = inFlight;
    this.#events = events;
  }

  /** Runs `work` for a unit; returns what it returns. The scope ends when that settles. */
  withUnit<T>(unit: string | undefined, work: () => T, route?: string): T {
    const outer = this.#scopes.getStore();
    if (outer?.open === true) {
      if (outer.unit === unit) return work();
      if (outer.transaction !== null)
        return this.#scopes.run(outer.transaction.scopeOf(unit, route), work);
    }
    const scope = new Scope(unit, null, route);
    const end = (): void => scope.end();
    let result: T;
    try {
      result = this.#scopes.run(scope, work);
    } catch (error) {
      end();
      throw error;
    }
    if (result instanceof Promise) return afterwards(result, end) as T;
    if (isThenable(result)) return this.#untilSettled(scope, result, end);
    end();
    return result;
  }

  /**
   * Runs `work` as one transaction. The sides of `migrations` are decided before it begins, so that
   * nothing waits while it holds locks; a migration that is declared later is decided when it is met.
   * One within another is part of it.
   */
  async transaction<T>(migrations: readonly string[], work: () => T | PromiseLike<T>): Promise<T> {
    const outer = this.#scopes.getStore();
    if (outer?.open === true && outer.transaction !== null) return work();
    const transaction = new Transaction();
    try {
      const scope = transaction.scopeOf(outer?.unit, outer?.route);
      const taken = migrations.map((migration) => this.#keep(migration, outer, scope));
      await Promise.all(taken.filter((kept) => kept instanceof Promise));
      return await this.#scopes.run(scope, work);
    } finally {
      transaction.end();
    }
  }

  /** The turn of one operation; waits only where the decision itself must be confirmed first. */
  take(migration: string): Turn | Promise<Turn> {
    const scope = this.#scopes.getStore();
    const held = this.#heldBy(scope, migration);
    if (!(held instanceof Promise)) return this.#enter(held, scope);
    return held.then((settled) => this.#enter(settled, scope));
  }

  /**
   * A query builder runs when `then` is called, and again for each call: it is called once, here. An
   * error goes to whoever awaits the result and to nobody else, as if we were not here.
   */
  #untilSettled<T>(scope: Scope, lazy: T & PromiseLike<unknown>, end: () => void): T {
    const settled = afterwards(
      this.#scopes.run(scope, () => Promise.resolve(lazy)),
      end,
    );
    // Whoever awaits it sees no difference; a builder's own methods are of no use any more.
    return settled as T & Promise<unknown>;
  }

  /** Takes a decision over from the scope around the transaction, and keeps it to its end. */
  #keep(migration: string, outer: Scope | undefined, scope: Scope): void | Promise<void> {
    const keep = (held: HeldDecision): void => {
      scope.borrow(migration, held);
      if (outer?.open !== true) held.close();
    };
    const held = this.#heldBy(outer, migration);
    return held instanceof Promise ? held.then(keep) : keep(held);
  }

  /** The decision of an open scope, or one for a single use. */
  #heldBy(scope: Scope | undefined, migration: string): HeldDecision | Promise<HeldDecision> {
    return scope?.open === true
      ? this.#ofScope(scope, migration)
      : this.#hold(migration, scope?.unit);
  }

  #ofScope(scope: Scope, migration: string): HeldDecision | Promise<HeldDecision> {
    const known = scope.held(migration);
    if (known instanceof Promise) return known;
    if (known !== undefined) {
      if (this.#mayServe(scope, migration, known)) return known;
      known.close();
    }
    const made = this.#hold(migration, scope.unit);
    scope.hold(migration, made);
    if (made instanceof Promise) {
      void made.then((settled) => {
        if (scope.open) scope.hold(migration, settled);
      });
    }
    return made;
  }

  /** Half a transaction on either side would be worse than a whole one on the side that it began on. */
  #mayServe(scope: Scope, migration: string, { decision, freezes }: HeldDecision): boolean {
    if (scope.transaction !== null) return true;
    return this.#decisions.stillHolds(migration, decision, freezes);
  }

  #hold(migration: string, unit: string | undefined): HeldDecision | Promise<HeldDecision> {
    const decision = this.#decisions.decide(migration, unit);
    // The count of freezes is read after the decision: its own look at the clock may find one.
    const hold = (made: Decision): HeldDecision => {
      this.#events?.evaluated(migration, made, unit);
      return new HeldDecision(migration, made, this.#freeze.freezes, this.#inFlight);
    };
    return decision instanceof Promise ? decision.then(hold) : hold(decision);
  }

  #enter(held: HeldDecision, scope: Scope | undefined): Turn {
    held.enter();
    // Without an open scope nobody else will use the decision: it ends with its operation.
    if (scope?.open !== true) held.close();
    return new Turn(held, scope);
  }
}

/** As `finally`, with fewer turns of the queue. */
function afterwards<T>(work: Promise<T>, end: () => void): Promise<T> {
  return work.then(
    (value) => {
      end();
      return value;
    },
    (error: unknown) => {
      end();
      throw error;
    },
  );
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    'then' in value &&
    typeof value.then === 'function'
  );
}
