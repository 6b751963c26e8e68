import { type Bounds, BoundedPost, ExchangeFault } from '../outbound/bounded-post.ts';

/** A client of an authorization server that acts for itself (RFC 6749 §4.4, client credentials). */
export interface OAuth2Client {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes?: readonly string[];
}

/** A token of which nobody said how long it is good is used for so long. Milliseconds. */
const unknownLifeMs = 60_000;

/** It is renewed so long before its end, or at half of a shorter life. Milliseconds. */
const renewAheadMs = 30_000;

interface Token {
  readonly bearer: string;
  /** By the same clock as it is asked at. */
  readonly renewAt: number;
}

/** Holds a token until shortly before its end. All who ask at the same time share one request. */
export class OAuth2Token {
  readonly #client: OAuth2Client;
  readonly #post: BoundedPost;
  readonly #now: () => number;
  #token: Token | null = null;
  #fetching: Promise<Token> | null = null;

  /** @param now milliseconds of a clock that never goes back */
  constructor(client: OAuth2Client, bounds: Bounds, now = () => performance.now()) {
    this.#client = client;
    this.#post = new BoundedPost(client.tokenUrl, bounds);
    this.#now = now;
  }

  /** Throws `ExchangeFault`, which never holds the secret. */
  async bearer(): Promise<string> {
    if (this.#token !== null && this.#now() < this.#token.renewAt) return this.#token.bearer;
    this.#fetching ??= this.#fetch().finally(() => (this.#fetching = null));
    this.#token = await this.#fetching;
    return this.#token.bearer;
  }

  /** That token was refused: the next one who asks gets another. */
  forget(bearer: string): void {
    if (this.#token?.bearer === bearer) this.#token = null;
  }

  async #fetch(): Promise<Token> {
    const { clientId, clientSecret, scopes = [] } = this.#client;
    const form = new URLSearchParams({ grant_type: 'client_credentials' });
    if (scopes.length > 0) form.set('scope', scopes.join(' '));
    const asked = this.#now();
    const answer = await this.#post.post('', {
      body: form.toString(),
      type: 'application/x-www-form-urlencoded',
      headers: { authorization: basic(clientId, clientSecret) },
    });
    if (answer.status !== 200) throw refused(answer.status, answer.text);
    const { bearer, lifeMs } = parseToken(answer.text);
    return { bearer, renewAt: asked + Math.max(lifeMs / 2, lifeMs - renewAheadMs) };
  }
}

/** Each part is encoded as in a form before they are joined (RFC 6749 §2.3.1). */
function basic(id: string, secret: string): string {
  const encoded = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1);
  return `Basic ${Buffer.from(`${encoded(id)}:${encoded(secret)}`).toString('base64')}`;
}

function parseToken(text: string): { readonly bearer: string; readonly lifeMs: number } {
  const said = objectOf(text);
  const { access_token: bearer, token_type: type, expires_in: seconds } = said;
  if (typeof bearer !== 'string' || !/^[\x21-\x7e]+$/.test(bearer)) {
    throw new ExchangeFault('malformed', 'the token server answered without an access_token');
  }
  if (typeof type !== 'string' || type.toLowerCase() !== 'bearer') {
    throw new ExchangeFault('malformed', 'the token server gave a token that is no bearer token');
  }
  const isKnown = typeof seconds === 'number' && seconds > 0;
  return { bearer, lifeMs: isKnown ? seconds * 1_000 : unknownLifeMs };
}

/** The error codes of the standard are words; anything else is not repeated. */
function refused(status: number, text: string): ExchangeFault {
  const { error } = objectOf(text);
  const word = typeof error === 'string' && /^[a-z_]{1,40}$/.test(error) ? `: ${error}` : '';
  const fault = status === 400 || status === 401 || status === 403 ? 'unauthorized' : 'failed';
  return new ExchangeFault(fault, `the token server answered ${status}${word}`);
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
