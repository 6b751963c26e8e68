import { AsyncLocalStorage } from 'node:async_hooks';

const shadow = new AsyncLocalStorage<true>();

/** Runs a closure whose answer nobody waits for. */
export function inShadow<T>(work: () => T): T {
  return shadow.run(true, work);
}

/**
 * True in a closure that runs for comparison alone. Ask it where a connection is chosen: on a pool of
 * their own such reads keep no connection from those that somebody waits for.
 */
export function isShadow(): boolean {
  return shadow.getStore() === true;
}
