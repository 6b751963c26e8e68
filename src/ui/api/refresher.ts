import type { Query, QueryClient } from '@tanstack/react-query';

/** Changes of one thing that come closer together than this are asked for together. Milliseconds. */
const restMs = 150;

/**
 * Asks anew for what has changed: the first change at once, those that come meanwhile together afterwards. Each
 * query waits for its own answer alone: one that is slow, or never comes, keeps no other from being seen.
 */
export class Refresher {
  readonly #client: QueryClient;
  readonly #restMs: number;
  /** Queries that are being asked, by their hashes; true where something has changed since. */
  readonly #asked = new Map<string, boolean>();

  constructor(client: QueryClient, rest = restMs) {
    this.#client = client;
    this.#restMs = rest;
  }

  want(test: (query: Query) => boolean): void {
    for (const query of this.#client.getQueryCache().findAll({ predicate: test })) {
      const { queryHash } = query;
      if (this.#asked.has(queryHash)) this.#asked.set(queryHash, true);
      else void this.#ask(query);
    }
  }

  async #ask({ queryKey, queryHash }: Query): Promise<void> {
    const exactly = { queryKey, exact: true };
    do {
      this.#asked.set(queryHash, false);
      // An answer that is under way may be from before the change: it is let through, and asked for once more.
      if (this.#client.isFetching(exactly) > 0) {
        await this.#client.refetchQueries(exactly, { cancelRefetch: false });
      }
      // What cannot be read is shown as that where it is used.
      await this.#client.invalidateQueries(exactly);
      await new Promise((resolve) => setTimeout(resolve, this.#restMs));
    } while (this.#asked.get(queryHash) === true);
    this.#asked.delete(queryHash);
  }
}
