import { murmur3 } from '../cohort/murmur3.ts';
import type { Effect } from './effect.ts';

/** What an effect that failed waits for before it is tried again; null: it is given up. Milliseconds. */
interface Retry {
  readonly firstMs: number;
  readonly longestMs: number;
  /** Most attempts; what must be so is tried for ever. */
  readonly attempts: number;
}

const persistent: Retry = { firstMs: 200, longestMs: 5_000, attempts: Infinity };

/** About five hours: whoever reads a message later than that reads history. */
const messages: Retry = { firstMs: 1_000, longestMs: 600_000, attempts: 40 };

/**
 * How long an effect that failed once more waits, in milliseconds; null when it has been tried often enough.
 * Messages wait between half and all of the doubled time, each its own part of it, so that those
 * that failed together do not come back together. `attempts`: those before this one.
 */
export function retryAfter(effect: Effect, key: string, attempts: number): number | null {
  const { firstMs, longestMs, attempts: most } = effect.kind === 'notify' ? messages : persistent;
  if (attempts + 1 >= most) return null;
  const doubled = Math.min(longestMs, firstMs * 2 ** Math.min(attempts, 20));
  if (effect.kind !== 'notify') return doubled;
  const part = murmur3(`${key} ${attempts}`) / 2 ** 32;
  return Math.round((doubled * (1 + part)) / 2);
}
