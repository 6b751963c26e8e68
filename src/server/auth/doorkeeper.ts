import type { IncomingHttpHeaders } from 'node:http';
import { CrossfadeError } from '../../core/errors.ts';
import { everyProject, holds } from '../../core/access/role.ts';
import type { Bearer, Scope, TokenStore } from '../../engine/ports/token-store.ts';
import { sessionIn, type SessionRequest } from './session-cookie.ts';

/** Knows who presents a token, and lets those with one of the wanted scopes in; admins get in everywhere. */
export class Doorkeeper {
  readonly #tokens: TokenStore;

  constructor(tokens: TokenStore) {
    this.#tokens = tokens;
  }

  /** By the token that a request presents, else by the session of a browser. Throws as the two do. */
  async identifyRequest(request: SessionRequest): Promise<Bearer> {
    const session = presentedToken(request.headers) === '' ? sessionIn(request) : '';
    return session === '' ? this.identify(request.headers) : this.identifySession(session);
  }

  /** Throws `unauthenticated`, and `unavailable` when the token cannot be checked. */
  async identify(headers: IncomingHttpHeaders): Promise<Bearer> {
    const token = presentedToken(headers);
    const bearer = token === '' ? null : await checked(this.#tokens.verify(token));
    if (bearer === null) {
      const words = token === '' ? 'a token is needed: Authorization: Bearer …' : 'unknown token';
      throw new CrossfadeError('unauthenticated', words);
    }
    return bearer;
  }

  /** Throws as `identify`, and `forbidden` for a token of another scope. */
  async admit(headers: IncomingHttpHeaders, scopes: readonly Scope[]): Promise<Bearer> {
    const bearer = await this.identify(headers);
    if (scopes.includes(bearer.scope) || holds(bearer.roles, 'admin', everyProject)) return bearer;
    throw new CrossfadeError(
      'forbidden',
      `this call needs a token of scope ${scopes.join(' or ')}, not ${bearer.scope}`,
    );
  }

  /** The same for whoever presents the ticket of a browser's session. */
  async identifySession(ticket: string): Promise<Bearer> {
    const bearer = await checked(this.#tokens.redeem(ticket, 'session'));
    if (bearer !== null) return bearer;
    throw new CrossfadeError('unauthenticated', 'the session is over; sign in again');
  }
}

/** A check that could not be made says nothing about the token: clients would give up for good. */
async function checked(check: Promise<Bearer | null>): Promise<Bearer | null> {
  try {
    return await check;
  } catch (cause) {
    const words = 'tokens cannot be checked just now; try again';
    throw new CrossfadeError('unavailable', words, { cause });
  }
}

/**
 * Unleash's clients send the bare token, OFREP's may send it as a key, those who know only user and password
 * as the password, everybody else a bearer.
 */
export function presentedToken(headers: IncomingHttpHeaders): string {
  const basic = /^Basic\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (basic !== undefined) return passwordIn(basic);
  const bearer = (headers.authorization ?? '').replace(/^Bearer\s+/i, '').trim();
  if (bearer !== '') return bearer;
  const key = headers['x-api-key'];
  return typeof key === 'string' ? key.trim() : '';
}

function passwordIn(basic: string): string {
  const pair = Buffer.from(basic, 'base64').toString('utf8');
  return pair.slice(pair.indexOf(':') + 1).trim();
}
