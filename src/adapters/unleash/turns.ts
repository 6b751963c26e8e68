/** Work on one thing at a time, in the order in which it was asked for; on other things beside it. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  async take(thing: string, work: () => Promise<void>): Promise<void> {
    const before = this.#last.get(thing);
    const turn = before === undefined ? work() : before.then(work);
    // Whoever comes next waits for the end, not for success.
    const ended = turn.catch(() => undefined);
    this.#last.set(thing, ended);
    try {
      await turn;
    } finally {
      if (this.#last.get(thing) === ended) this.#last.delete(thing);
    }
  }
}
