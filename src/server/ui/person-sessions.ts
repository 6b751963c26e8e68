import { type ClaimRule, rolesFromClaim } from '../../core/access/claim-roles.ts';
import { CrossfadeError } from '../../core/errors.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import type {
  Claims,
  IdentityProvider,
  SignInAttempt,
} from '../../engine/ports/identity-provider.ts';
import type { TokenStore } from '../../engine/ports/token-store.ts';
import { idTokenCookie } from '../auth/id-token-cookie.ts';
import { sessionCookie } from '../auth/session-cookie.ts';
import { sessionSeconds } from './session-length.ts';

const longestName = 60;

/** Where people sign in, and who becomes what there. */
export interface SignIn {
  readonly provider: IdentityProvider;
  readonly callback: string;
  readonly claim: string;
  readonly rules: readonly ClaimRule[];
}

/**
 * Sessions of people whom an identity provider knows. Each is a token of its own, whose secret nobody has and which
 * ends with the session: so roles, the audit log and revoking are those of tokens.
 */
export class PersonSessions {
  readonly #signIn: SignIn | null;
  readonly #tokens: TokenStore;
  readonly #clock: Clock;

  /** @param signIn null where no provider is configured */
  constructor(signIn: SignIn | null, tokens: TokenStore, clock: Clock) {
    this.#signIn = signIn;
    this.#tokens = tokens;
    this.#clock = clock;
  }

  /** Throws `notFound` where no provider is configured, else as the provider does. */
  begin(): ReturnType<IdentityProvider['begin']> {
    return this.#configured().provider.begin();
  }

  /**
   * The cookies of whom the provider sent back with this query. Throws as the provider does, and `forbidden` for
   * a person without any role.
   */
  async finish(query: string, attempt: SignInAttempt, secure: boolean): Promise<readonly string[]> {
    const { provider, callback, claim, rules } = this.#configured();
    const { claims, idToken } = await provider.finish(new URL(query, callback), attempt);
    const roles = rolesFromClaim(rules, claims[claim]);
    if (roles.size === 0) {
      const words = `${nameOf(claims)} has no role here: no rule knows a value of \`${claim}\``;
      throw new CrossfadeError('forbidden', words);
    }
    const until = (await this.#clock.now()) + sessionSeconds * 1_000;
    const order = {
      scope: 'api',
      name: nameOf(claims),
      person: claims.sub,
      roles: Object.fromEntries(roles),
      expiresAt: until,
    } as const;
    const { secret } = await this.#tokens.issue(order, 'sign-in');
    const bearer = await this.#tokens.verify(secret);
    if (bearer === null) throw new CrossfadeError('unavailable', 'the session was not kept');
    const ticket = this.#tokens.ticket(bearer, until, 'session');
    return [
      sessionCookie(ticket, sessionSeconds, secure),
      idTokenCookie(idToken, sessionSeconds, secure),
    ];
  }

  /** Ends the session for good, on every server, where its token was made for it; a token that was pasted stays. */
  async end(token: string): Promise<void> {
    const own = (await this.#tokens.apiTokens()).find(({ id }) => id === token);
    if (own === undefined || own.revokedAt !== null || own.person === null) return;
    await this.#tokens.revokeApiToken(token, `token ${token}`);
  }

  /**
   * Where the browser goes to sign out at the provider too: nowhere else than `/ui/` without an ID token of it, or
   * where the provider knows no such thing. Throws as the provider does.
   */
  async leave(idToken: string): Promise<string> {
    const { provider, callback } = this.#configured();
    const ours = new URL('..', callback).href;
    return (idToken === '' ? null : await provider.endSession(idToken, ours)) ?? ours;
  }

  #configured(): SignIn {
    if (this.#signIn !== null) return this.#signIn;
    throw new CrossfadeError('notFound', 'no identity provider is configured');
  }
}

/** What people know a person by. */
function nameOf({ email, preferred_username: username, name, sub }: Claims): string {
  const known = [email, username, name].find((one) => typeof one === 'string' && one !== '');
  return plain(typeof known === 'string' ? known : sub);
}

function plain(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ').slice(0, longestName);
}
