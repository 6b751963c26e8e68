import { NotAccepted } from '../../engine/ports/notifier.ts';
import { BoundedPost } from './bounded-post.ts';
import type { Reach } from './refuse-address.ts';
import { retryAfterOf } from './retry-after.ts';

/** What is said of a message that cannot be read or is too large, and not of who sent it or where to. */
const saidOfMessage = [400, 413, 415, 422];

/** A message is small, and so is the answer to one; both are over before the lease on the effect is. */
const timeoutMs = 4_000;
const maxBytes = 65_536;

/** Posts messages to one address, which must accept them. */
export class Teller {
  readonly #post: BoundedPost;

  /** Throws `TypeError` when the address is no URL. */
  constructor(url: string, reach: Reach) {
    this.#post = new BoundedPost(url, { timeoutMs, maxBytes, reach });
  }

  /**
   * Throws `ExchangeFault` when nothing was answered, and `NotAccepted` when it was not accepted. What was answered
   * is not repeated: it may hold anything.
   */
  async tell(
    path: string,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const { status, retryAfter } = await this.#post.post(path, {
      body: message,
      type: 'application/json',
      headers,
    });
    if (status >= 200 && status <= 299) return;
    const askedMs = retryAfterOf(status, retryAfter, Date.now());
    const words = `the message was answered ${status}`;
    throw new NotAccepted(words, askedMs, saidOfMessage.includes(status));
  }
}
