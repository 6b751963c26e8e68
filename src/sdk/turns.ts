import { AsyncLocalStorage } from 'node:async_hooks';
import type { Decision } from './decision.ts';
import type { Decisions } from './decisions.ts';
import type { FreezeWatch } from './freeze-watch.ts';
import type { InFlight } from './in-flight.ts';

/** One operation's permission to run, by one decision. `leave` must be called once. */
export interface Turn {
  readonly unit: string | undefined;
  readonly decision: Decision;
  leave(): void;
}

interface Scope {
  readonly unit: string | undefined;
  readonly held: Map<string, HeldDecision | Promise<HeldDecision>>;
  open: boolean;
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

  constructor(decisions: Decisions, freeze: FreezeWatch, inFlight: InFlight) {
    this.#decisions = decisions;
    this.#freeze = freeze;
    this.#inFlight = inFlight;
  }

  /** Runs `work` for a unit; returns what it returns. The scope ends when that settles. */
  withUnit<T>(unit: string | undefined, work: () => T): T {
    const outer = this.#scopes.getStore();
    if (outer?.open === true && outer.unit === unit) return work();
    const scope: Scope = { unit, held: new Map(), open: true };
    const end = (): void => endScope(scope);
    let result: T;
    try {
      result = this.#scopes.run(scope, work);
    } catch (error) {
      end();
      throw error;
    }
    if (isThenable(result)) return this.#untilSettled(scope, result, end);
    end();
    return result;
  }

  /** The turn of one operation; waits only where the decision itself must be confirmed first. */
  take(migration: string): Turn | Promise<Turn> {
    const scope = this.#scopes.getStore();
    const unit = scope?.unit;
    const held =
      scope?.open === true ? this.#ofScope(scope, migration) : this.#hold(migration, unit);
    if (!(held instanceof Promise)) return this.#enter(held, unit, scope);
    return held.then((settled) => this.#enter(settled, unit, scope));
  }

  /**
   * A query builder runs when `then` is called, and again for each call: it is called once, here. An
   * error goes to whoever awaits the result and to nobody else, as if we were not here.
   */
  #untilSettled<T>(scope: Scope, lazy: T & PromiseLike<unknown>, end: () => void): T {
    const settled = this.#scopes.run(scope, () => Promise.resolve(lazy)).finally(end);
    // Whoever awaits it sees no difference; a builder's own methods are of no use any more.
    return settled as T & Promise<unknown>;
  }

  #ofScope(scope: Scope, migration: string): HeldDecision | Promise<HeldDecision> {
    const known = scope.held.get(migration);
    if (known instanceof Promise) return known;
    if (known !== undefined) {
      if (this.#decisions.stillHolds(migration, known.decision, known.freezes)) return known;
      known.close();
    }
    const made = this.#hold(migration, scope.unit);
    scope.held.set(migration, made);
    if (made instanceof Promise) {
      void made.then((settled) => {
        if (scope.open) scope.held.set(migration, settled);
      });
    }
    return made;
  }

  #hold(migration: string, unit: string | undefined): HeldDecision | Promise<HeldDecision> {
    const decision = this.#decisions.decide(migration, unit);
    // The count of freezes is read after the decision: its own look at the clock may find one.
    const hold = (made: Decision): HeldDecision =>
      new HeldDecision(migration, made, this.#freeze.freezes, this.#inFlight);
    return decision instanceof Promise ? decision.then(hold) : hold(decision);
  }

  #enter(held: HeldDecision, unit: string | undefined, scope: Scope | undefined): Turn {
    held.enter();
    // Without an open scope nobody else will use the decision: it ends with its operation.
    if (scope?.open !== true) held.close();
    return { unit, decision: held.decision, leave: () => held.leave() };
  }
}

/** A decision in use: by its scope while that is open, and by every operation that still runs. */
class HeldDecision {
  readonly decision: Decision;
  readonly freezes: number;
  readonly #migration: string;
  readonly #inFlight: InFlight;
  #running = 0;
  #open = true;
  #counted = false;

  constructor(migration: string, decision: Decision, freezes: number, inFlight: InFlight) {
    this.#migration = migration;
    this.decision = decision;
    this.freezes = freezes;
    this.#inFlight = inFlight;
    this.#count();
  }

  enter(): void {
    this.#running += 1;
    this.#count();
  }

  leave(): void {
    this.#running -= 1;
    this.#endIfUnused();
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#endIfUnused();
  }

  #count(): void {
    if (this.#counted || this.decision.side === 'old') return;
    this.#counted = true;
    this.#inFlight.begin(this.#migration, this.decision.revision);
  }

  #endIfUnused(): void {
    if (this.#open || this.#running > 0 || !this.#counted) return;
    this.#counted = false;
    this.#inFlight.end(this.#migration, this.decision.revision);
  }
}

function endScope(scope: Scope): void {
  scope.open = false;
  for (const held of scope.held.values()) {
    if (!(held instanceof Promise)) held.close();
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    'then' in value &&
    typeof value.then === 'function'
  );
}
