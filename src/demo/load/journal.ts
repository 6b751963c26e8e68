import type { Side } from '../users-service/service-record.ts';

/** A date of birth as written, `YYYY-MM-DD` or null. */
export type Value = string | null;

/** A write that the service acknowledged. `at` is in epoch milliseconds. */
export interface AcknowledgedWrite {
  readonly id: number;
  readonly value: Value;
  readonly at: number;
  readonly side: Side;
}

/** What must stand in the database: the last acknowledged value, or one that was tried later. */
export interface Expectation {
  readonly id: number;
  readonly acknowledged: Value;
  readonly triedLater: readonly Value[];
}

/**
 * Every write of the load, in memory. A key has one write at a time, so that the order of the
 * acknowledgements is the order in the database; a key whose write was not acknowledged is not
 * written again, since that write may still arrive.
 */
export class Journal {
  readonly #acknowledged: AcknowledgedWrite[] = [];
  readonly #last = new Map<number, Value>();
  readonly #open = new Map<number, Value>();

  /** Whether the key may be written now. */
  isFree(id: number): boolean {
    return !this.#open.has(id);
  }

  begin(id: number, value: Value): void {
    if (!this.isFree(id)) throw new Error(`key ${id} has a write that is not acknowledged`);
    this.#open.set(id, value);
  }

  acknowledge(id: number, at: number, side: Side): void {
    const value = this.#open.get(id);
    if (value === undefined) throw new Error(`key ${id} has no write to acknowledge`);
    this.#open.delete(id);
    this.#last.set(id, value);
    this.#acknowledged.push({ id, value, at, side });
  }

  get acknowledged(): readonly AcknowledgedWrite[] {
    return this.#acknowledged;
  }

  /** One for each key with an acknowledged write. */
  expectations(): readonly Expectation[] {
    return [...this.#last].map(([id, acknowledged]) => {
      const open = this.#open.get(id);
      return { id, acknowledged, triedLater: open === undefined ? [] : [open] };
    });
  }
}
