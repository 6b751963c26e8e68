import type { HeldDecision } from './held-decision.ts';
import type { Transaction } from './transaction.ts';

type Kept = HeldDecision | Promise<HeldDecision>;

/** What belongs together: the operations of one unit in one request, or in one transaction. */
export class Scope {
  readonly unit: string | undefined;
  /** The transaction whose part this is; it then ends with it. */
  readonly transaction: Transaction | null;
  /** What the work is part of, for counting calls without a unit. */
  readonly route: string | undefined;
  /** Most requests meet one migration: it has a place of its own, others share a map. */
  #migration: string | null = null;
  #held: Kept | null = null;
  #others: Map<string, Kept> | null = null;
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

  held(migration: string): Kept | undefined {
    if (this.#migration === migration) return this.#held ?? undefined;
    return this.#others?.get(migration);
  }

  hold(migration: string, held: Kept): void {
    this.#migration ??= migration;
    if (this.#migration === migration) {
      this.#held = held;
      return;
    }
    this.#others ??= new Map();
    this.#others.set(migration, held);
  }

  /** Uses a decision that another scope may go on with after this one. */
  borrow(migration: string, held: HeldDecision): void {
    held.enter();
    this.#borrowed ??= new Set();
    this.#borrowed.add(held);
    this.hold(migration, held);
  }

  end(): void {
    this.#open = false;
    if (this.#held !== null) this.#release(this.#held);
    if (this.#others !== null) for (const held of this.#others.values()) this.#release(held);
  }

  #release(held: Kept): void {
    if (held instanceof Promise) return;
    if (this.#borrowed?.has(held) === true) held.leave();
    else held.close();
  }
}
