import { Scope } from './scope.ts';

/**
 * A database transaction as the application marked it: what happens in it stands or falls together.
 * Each unit's side holds to its end, whatever comes meanwhile, and no read of it is repeated.
 */
export class Transaction {
  readonly #scopes = new Map<string | undefined, Scope>();
  readonly #ends: (() => void)[] = [];
  #over = false;

  /** The one scope of a unit in this transaction; `route` names what opened it first. */
  scopeOf(unit: string | undefined, route?: string): Scope {
    let scope = this.#scopes.get(unit);
    if (scope === undefined) {
      scope = new Scope(unit, this, route);
      this.#scopes.set(unit, scope);
    }
    return scope;
  }

  /** Runs when the transaction ends; at once when it has. */
  atEnd(run: () => void): void {
    if (this.#over) run();
    else this.#ends.push(run);
  }

  end(): void {
    this.#over = true;
    for (const scope of this.#scopes.values()) scope.end();
    for (const run of this.#ends) run();
  }
}
