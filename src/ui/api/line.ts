import { useSyncExternalStore } from 'react';
import { refreshMs } from './query-client.ts';

/** Two beats may be missed on a poor connection; after the third the line counts as dead. Milliseconds. */
const silentAfterMs = 6_000;

const listeners = new Set<() => void>();
let heardAt = Number.NEGATIVE_INFINITY;
let live = false;

/** A sign of life of the server's stream of changes. */
export function noteSign(): void {
  heardAt = performance.now();
  look();
}

/** The stream is gone. */
export function noteBreak(): void {
  heardAt = Number.NEGATIVE_INFINITY;
  look();
}

/** Whether every change up to a moment ago has been told to this page. */
export function look(): boolean {
  const now = performance.now() - heardAt < silentAfterMs;
  if (now !== live) {
    live = now;
    for (const listener of listeners) listener();
  }
  return live;
}

export function useLive(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => live,
  );
}

/**
 * How often to ask, in milliseconds: what the stream announces is asked for by itself only while there
 * is no stream; figures, which move without a commit, at `figuresMs` as well.
 */
export function useRefresh(figuresMs?: number): number | false {
  const isLive = useLive();
  return isLive ? (figuresMs ?? false) : refreshMs;
}
