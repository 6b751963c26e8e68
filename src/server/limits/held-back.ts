/** So many wait at once; the next ones do not. */
const heldAtMost = 64;

/** Requests that are made to wait, never more at once than the server can keep open beside its work. */
export class HeldBack {
  readonly #sleep: (milliseconds: number) => Promise<unknown>;
  #held = 0;

  constructor(sleep: (milliseconds: number) => Promise<unknown>) {
    this.#sleep = sleep;
  }

  /** Waits, and is true then; false at once where too many wait already. */
  async wait(milliseconds: number): Promise<boolean> {
    if (this.#held >= heldAtMost) return false;
    this.#held += 1;
    try {
      await this.#sleep(milliseconds);
      return true;
    } finally {
      this.#held -= 1;
    }
  }
}
