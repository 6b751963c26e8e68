import { type ClaimRule, rolesFromClaim } from '../../core/access/claim-roles.ts';
import { CrossfadeError } from '../../core/errors.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import type {
  Claims,
  IdentityProvider,
  SignInAttempt,
} from '../../engine/ports/identity-provider.ts';
import type { TokenStore } from '../../engine/ports/token-store.ts';
import { sessionCookie } from '../auth/session-cookie.ts';
import { sessionSeconds } from './session-length.ts';

/** Who made the token of a person's session, before the person. */
const maker = 'sign-in of';

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
   * The cookie of whom the provider sent back with this query. Throws as the provider does, and `forbidden` for
   * a person without any role.
   */
  async finish(query: string, attempt: SignInAttempt, secure: boolean): Promise<string> {
    const { provider, callback, claim, rules } = this.#configured();
    const claims = await provider.finish(new URL(query, callback), attempt);
    const roles = rolesFromClaim(rules, claims[claim]);
    if (roles.size === 0) {
      const words = `${nameOf(claims)} has no role here: no rule knows a value of \`${claim}\``;
      throw new CrossfadeError('forbidden', words);
    }
    const until = (await this.#clock.now()) + sessionSeconds * 1_000;
    const order = {
      scope: 'api',
      name: nameOf(claims),
      roles: Object.fromEntries(roles),
      expiresAt: until,
    } as const;
    const { secret } = await this.#tokens.issue(order, `${maker} ${plain(claims.sub)}`);
    const bearer = await this.#tokens.verify(secret);
    if (bearer === null) throw new CrossfadeError('unavailable', 'the session was not kept');
    return sessionCookie(this.#tokens.ticket(bearer, until, 'session'), sessionSeconds, secure);
  }

  /** Ends the session for good, on every server, where its token was made for it; a token that was pasted stays. */
  async end(token: string): Promise<void> {
    const own = (await this.#tokens.apiTokens()).find(({ id }) => id === token);
    if (own === undefined || own.revokedAt !== null || !own.createdBy.startsWith(maker)) return;
    await this.#tokens.revokeApiToken(token, `token ${token}`);
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
