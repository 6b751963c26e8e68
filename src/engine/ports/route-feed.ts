import type { Route } from '../../core/protocol/route.ts';

/** Routes as they stand, for those who serve them to instances. */
export abstract class RouteFeed {
  /** The routes as they stand now. All who ask at the same time share one read; reads never overlap. */
  abstract routes(): Promise<readonly Route[]>;

  /**
   * Calls `listener` with all routes soon after any of them changed: one read for all listeners, and
   * never older routes after newer ones. Returns how to stop that.
   */
  abstract subscribe(listener: (routes: readonly Route[]) => void): () => void;
}
