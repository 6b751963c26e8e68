import { performance } from 'node:perf_hooks';

/** Stops what it was returned for; calling it twice does no harm. */
export type Cancel = () => void;

/**
 * Time and chance as the SDK sees them, so that specs need neither wait nor luck.
 * No timer of it keeps the process alive, except what `hold` asks for.
 */
export interface Timing {
  /** Milliseconds that only ever grow; unaffected by changes of the wall clock. */
  monotonicMs(): number;
  /** Epoch milliseconds; for people, never for deciding. */
  epochMs(): number;
  after(ms: number, run: () => void): Cancel;
  every(ms: number, run: () => void): Cancel;
  /** Runs after the current turn, so that whoever waits for an answer goes first. */
  soon(run: () => void): void;
  /** Keeps the process alive while a caller waits for something that only we will settle. */
  hold(): Cancel;
  /** From 0 to below 1. */
  random(): number;
}

/** Longest delay a Node timer takes. */
const longest = 2 ** 31 - 1;

export const systemTiming: Timing = {
  monotonicMs: () => performance.now(),
  epochMs: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, Math.min(ms, longest)).unref();
    return () => clearTimeout(timer);
  },
  every(ms, run) {
    const timer = setInterval(run, ms).unref();
    return () => clearInterval(timer);
  },
  soon(run) {
    setImmediate(run);
  },
  hold() {
    const timer = setInterval(() => {}, longest);
    return () => clearInterval(timer);
  },
  random: Math.random,
};
