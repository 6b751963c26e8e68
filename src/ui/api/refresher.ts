import type { Query, QueryClient } from '@tanstack/react-query';

type Test = (query: Query) => boolean;

/** Changes that come closer together than this are asked for together. Milliseconds. */
const restMs = 150;

/**
 * Asks anew for what has changed: the first change at once, those that come meanwhile together afterwards. An
 * answer that was under way is let through first, so that what changes all the time is seen all the same.
 */
export class Refresher {
  readonly #client: QueryClient;
  #wanted: Test[] = [];
  #busy = false;

  constructor(client: QueryClient) {
    this.#client = client;
  }

  want(test: Test): void {
    this.#wanted.push(test);
    if (!this.#busy) void this.#work();
  }

  async #work(): Promise<void> {
    this.#busy = true;
    while (this.#wanted.length > 0) {
      const tests = this.#wanted.splice(0);
      // What cannot be read is shown as that where it is used.
      await this.#client
        .invalidateQueries({ predicate: (query) => tests.some((test) => test(query)) })
        .catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, restMs));
    }
    this.#busy = false;
  }
}
