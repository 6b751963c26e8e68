/** What must be undone at the end, in reverse order, whatever happened in between. */
export class Cleanup {
  readonly #undoings: (() => Promise<void> | void)[] = [];

  add(undo: () => Promise<void> | void): void {
    this.#undoings.push(undo);
  }

  /** Undoes everything, even when one part fails; then throws the first failure. */
  async run(): Promise<void> {
    const failures: unknown[] = [];
    for (let undo = this.#undoings.pop(); undo !== undefined; undo = this.#undoings.pop()) {
      try {
        await undo();
      } catch (failure) {
        failures.push(failure);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
