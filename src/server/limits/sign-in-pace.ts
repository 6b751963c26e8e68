import { CrossfadeError } from '../../core/errors.ts';
import type { Limiter } from '../../engine/limiter.ts';
import { callerSlot } from './caller-slot.ts';
import type { HeldBack } from './held-back.ts';

/** So long a step waits that is one too many. Milliseconds. */
const holdMs = 2_000;

/**
 * The pace at which one address may begin to sign in at the identity provider and come back from there. Nobody knows
 * before the provider was asked whether a step is good, and asking costs the provider too. So whatever is too much goes
 * on after a wait, and only what a flood leaves no room to wait for is refused: a person behind the same proxy as
 * somebody who tries is slowed down, and let in.
 */
export class SignInPace {
  readonly #limiter: Limiter;
  readonly #held: HeldBack;

  constructor(limiter: Limiter, held: HeldBack) {
    this.#limiter = limiter;
    this.#held = held;
  }

  /** Over when the step may go on. Throws `limited` where too many wait already. */
  async step(address: string): Promise<void> {
    const waitMs = await this.#limiter.wait(callerSlot('address', address), 'oidc');
    if (waitMs === 0 || (await this.#held.wait(holdMs))) return;
    const words = 'too many sign-ins from this address; come again in a moment';
    throw new CrossfadeError('limited', words, { retryAfterMs: holdMs });
  }
}
