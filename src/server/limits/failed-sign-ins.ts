import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { CrossfadeError } from '../../core/errors.ts';
import type { Limiter } from '../../engine/limiter.ts';

/** A wrong one is answered so much later at the most. Milliseconds. */
const longestHoldMs = 2_000;

/** So many answers are held back at once; the next ones go out without. */
const heldAtMost = 64;

/**
 * Slows down who signs in by a wrong token again and again, by address and by account. Only what was wrong is
 * counted and only its answer waits: whoever has the right one is let in at once, whatever others have tried, so
 * nobody can lock anybody out, behind one proxy neither.
 */
export class FailedSignIns {
  readonly #limiter: Limiter;
  readonly #hold: (milliseconds: number) => Promise<unknown>;
  #held = 0;

  constructor(limiter: Limiter, hold: (milliseconds: number) => Promise<unknown>) {
    this.#limiter = limiter;
    this.#hold = hold;
  }

  /** Throws `limited`, later, where there were too many of this address or for this account. */
  async count(address: string, account: string): Promise<void> {
    const waits = await Promise.all(
      [slotOf('address', networkOf(address)), slotOf('account', account)].map((caller) =>
        this.#limiter.wait(caller, 'signIn'),
      ),
    );
    const retryAfterMs = Math.max(...waits);
    if (retryAfterMs === 0) return;
    await this.#holdFor(Math.min(retryAfterMs, longestHoldMs));
    const words = `too many wrong tokens; come again in ${Math.ceil(retryAfterMs / 1_000)} s`;
    throw new CrossfadeError('limited', words, { retryAfterMs });
  }

  async #holdFor(milliseconds: number): Promise<void> {
    if (this.#held >= heldAtMost) return;
    this.#held += 1;
    try {
      await this.#hold(milliseconds);
    } finally {
      this.#held -= 1;
    }
  }
}

/** One of 65,536, since strangers choose what is counted: the table has an end, and keeps no address. */
function slotOf(what: 'address' | 'account', text: string): string {
  return `${what} ${createHash('sha256').update(text).digest('hex').slice(0, 4)}`;
}

/** Whoever has an address of IPv6 has all of its network, 2^64 of them. */
function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '').replace(/%.*$/, '');
  if (!isIPv6(plain)) return plain;
  const [before = [], after = []] = plain
    .split('::')
    .map((half) => half.split(':').filter(Boolean));
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after].slice(0, 4).join(':');
}
