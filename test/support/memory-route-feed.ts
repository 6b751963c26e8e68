import { CrossfadeError } from '../../src/core/errors.ts';
import type { Route } from '../../src/core/protocol/route.ts';
import { RouteFeed } from '../../src/engine/ports/route-feed.ts';

/** Routes that a test sets; can be made to fail as a database does. */
export class MemoryRouteFeed extends RouteFeed {
  readonly #listeners = new Set<(routes: readonly Route[]) => void>();
  #routes: readonly Route[] = [];
  #refused: (() => void)[] = [];
  failing = false;

  show(...routes: readonly Route[]): void {
    this.#routes = routes;
    for (const listener of this.#listeners) listener(routes);
  }

  override async routes(): Promise<readonly Route[]> {
    if (!this.failing) return this.#routes;
    for (const told of this.#refused.splice(0)) told();
    throw new CrossfadeError('unavailable', 'the state database is away');
  }

  /** Resolves when somebody next asks in vain. */
  async refusal(): Promise<void> {
    return new Promise((resolve) => this.#refused.push(resolve));
  }

  override subscribe(listener: (routes: readonly Route[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
