import type { IncomingHttpHeaders } from 'node:http';
import { CrossfadeError } from '../../core/errors.ts';
import { Doorkeeper, presentedToken } from '../auth/doorkeeper.ts';
import { gatewayMaxStaleMs } from './gateway-memory.ts';

const checkEveryMs = 5_000;
const rememberAtMost = 100;

interface LetIn {
  /** When it was last known to be good. */
  checkedAt: number;
  checking: boolean;
}

/**
 * Lets gateways in without waiting for the state database: a token that was good is checked again
 * beside the requests, and stays good while nobody can say otherwise. So an outage moves nobody.
 */
export class GatewayDoor {
  readonly #doorkeeper: Doorkeeper;
  readonly #now: () => number;
  readonly #known = new Map<string, LetIn>();

  constructor(doorkeeper: Doorkeeper, now = (): number => performance.now()) {
    this.#doorkeeper = doorkeeper;
    this.#now = now;
  }

  /** Nothing to wait for when the token is known; else as `Doorkeeper.admit`. */
  admit(headers: IncomingHttpHeaders): Promise<void> | null {
    const token = presentedToken(headers);
    const known = this.#known.get(token);
    if (known === undefined || this.#now() - known.checkedAt > gatewayMaxStaleMs) {
      return this.#check(token, headers);
    }
    if (this.#now() - known.checkedAt > checkEveryMs && !known.checking) {
      known.checking = true;
      void this.#check(token, headers).catch(() => undefined);
    }
    return null;
  }

  async #check(token: string, headers: IncomingHttpHeaders): Promise<void> {
    const began = this.#now();
    try {
      await this.#doorkeeper.admit(headers, ['sdk']);
      if (this.#known.size >= rememberAtMost) this.#known.clear();
      this.#known.set(token, { checkedAt: began, checking: false });
    } catch (error) {
      const known = this.#known.get(token);
      if (known !== undefined) known.checking = false;
      if (!(error instanceof CrossfadeError)) throw error;
      if (error.code !== 'unavailable') this.#known.delete(token);
      // To a gateway 403 means that its caller is refused, so no fault of its own may be one.
      throw error.code === 'forbidden'
        ? new CrossfadeError('unauthenticated', error.message)
        : error;
    }
  }
}
