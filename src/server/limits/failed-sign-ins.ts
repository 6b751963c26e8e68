import { CrossfadeError } from '../../core/errors.ts';
import type { Limiter } from '../../engine/limiter.ts';
import { callerSlot } from './caller-slot.ts';
import type { HeldBack } from './held-back.ts';

/** A wrong one is answered so much later at the most. Milliseconds. */
const longestHoldMs = 2_000;

/**
 * Slows down who signs in by a wrong token again and again, by address and by account. Only what was wrong is
 * counted and only its answer waits: whoever has the right one is let in at once, whatever others have tried, so
 * nobody can lock anybody out, behind one proxy neither.
 */
export class FailedSignIns {
  readonly #limiter: Limiter;
  readonly #held: HeldBack;

  constructor(limiter: Limiter, held: HeldBack) {
    this.#limiter = limiter;
    this.#held = held;
  }

  /** Throws `limited`, later, where there were too many of this address or for this account. */
  async count(address: string, account: string): Promise<void> {
    const callers = [callerSlot('address', address), callerSlot('account', account)];
    const waits = await Promise.all(callers.map((caller) => this.#limiter.wait(caller, 'signIn')));
    const retryAfterMs = Math.max(...waits);
    if (retryAfterMs === 0) return;
    await this.#held.wait(Math.min(retryAfterMs, longestHoldMs));
    const words = `too many wrong tokens; come again in ${Math.ceil(retryAfterMs / 1_000)} s`;
    throw new CrossfadeError('limited', words, { retryAfterMs });
  }
}
