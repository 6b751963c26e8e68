import type { HeldDecision } from './held-decision.ts';
import type { Transaction } from './transaction.ts';

/** What belongs together: the operations of one unit in one request, or in one transaction. */
export class Scope {
  readonly unit: string | undefined;
  /** The transaction whose part this is; it then ends with it. */
  readonly transaction: Transaction | null;
  readonly held = new Map<string, HeldDecision | Promise<HeldDecision>>();
  #open = true;

  constructor(unit: string | undefined, transaction: Transaction | null = null) {
    this.unit = unit;
    this.transaction = transaction;
  }

  get open(): boolean {
    return this.#open;
  }

  end(): void {
    this.#open = false;
    for (const held of this.held.values()) {
      if (!(held instanceof Promise)) held.close();
    }
  }
}
