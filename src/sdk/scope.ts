import type { HeldDecision } from './held-decision.ts';
import type { Transaction } from './transaction.ts';

/** What belongs together: the operations of one unit in one request, or in one transaction. */
export class Scope {
  readonly unit: string | undefined;
  /** The transaction whose part this is; it then ends with it. */
  readonly transaction: Transaction | null;
  /** What the work is part of, for counting calls without a unit. */
  readonly route: string | undefined;
  readonly held = new Map<string, HeldDecision | Promise<HeldDecision>>();
  /** Only a transaction borrows. */
  #borrowed: Set<HeldDecision> | null = null;
  #open = true;

  constructor(unit: string | undefined, transaction: Transaction | null, route?: string) {
    this.unit = unit;
    this.route = route;
    this.transaction = transaction;
  }

  get open(): boolean {
    return this.#open;
  }

  /** Uses a decision that another scope may go on with after this one. */
  borrow(migration: string, held: HeldDecision): void {
    held.enter();
    this.#borrowed ??= new Set();
    this.#borrowed.add(held);
    this.held.set(migration, held);
  }

  end(): void {
    this.#open = false;
    for (const held of this.held.values()) {
      if (held instanceof Promise) continue;
      if (this.#borrowed?.has(held) === true) held.leave();
      else held.close();
    }
  }
}
