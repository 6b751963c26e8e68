import { murmur3 } from '../cohort/murmur3.ts';
import type { Urgency } from '../notify/notice.ts';
import type { Effect } from './effect.ts';

/** An effect that has just failed once more. Times in milliseconds. */
interface FailedEffect {
  readonly effect: Effect;
  readonly key: string;
  /** Those before this one. */
  readonly attempts: number;
  readonly now: number;
  /** For how long its system asked not to be asked again; null where it said nothing. */
  readonly askedMs: number | null;
}

const persistent = { firstMs: 200, longestMs: 5_000 };
const messages = { firstMs: 1_000, longestMs: 600_000 };

/** Whoever reads a message later than so long after what it tells of reads history. Milliseconds. */
const deadlineMs: Readonly<Record<Urgency, number>> = {
  page: 2 * 3_600_000,
  ticket: 6 * 3_600_000,
  info: 6 * 3_600_000,
};

/**
 * How long an effect that failed once more waits, in milliseconds; null where it is given up. What must be so is tried
 * for ever. A message waits between half and all of the doubled time, each its own part of it, so that those that
 * failed together do not come back together; longer where its recipient asks for it; and not past its deadline, at
 * which it is tried once more.
 */
export function retryAfter({ effect, key, attempts, now, askedMs }: FailedEffect): number | null {
  const { firstMs, longestMs } = effect.kind === 'notify' ? messages : persistent;
  const doubled = Math.min(longestMs, firstMs * 2 ** Math.min(attempts, 20));
  if (effect.kind !== 'notify') return doubled;
  const leftMs = effect.notice.at + deadlineMs[effect.notice.urgency] - now;
  if (leftMs <= 0) return null;
  const part = murmur3(`${key} ${attempts}`) / 2 ** 32;
  return Math.min(leftMs, Math.max(askedMs ?? 0, Math.round((doubled * (1 + part)) / 2)));
}
