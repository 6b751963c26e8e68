import type { Route } from '../../core/protocol/route.ts';

/** Routes as they stand, for those who serve them to instances. */
export abstract class RouteFeed {
  abstract routes(): Promise<readonly Route[]>;

  /** Calls `listener` soon after any route changed; returns how to stop that. */
  abstract subscribe(listener: () => void): () => void;

  abstract close(): Promise<void>;
}
