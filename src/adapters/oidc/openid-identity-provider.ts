import * as oidc from 'openid-client';
import { CrossfadeError } from '../../core/errors.ts';
import {
  IdentityProvider,
  type SignedIn,
  type SignInAttempt,
} from '../../engine/ports/identity-provider.ts';

/** Longest time for one question to the provider. Seconds. */
const timeoutSeconds = 5;

export interface OpenIdOptions {
  /** `http` is for loopback alone. */
  readonly issuer: URL;
  readonly clientId: string;
  /** Read when the provider is discovered; undefined for a client without a secret. */
  readonly clientSecret: () => Promise<string | undefined>;
  /** Where the provider sends browsers back to. */
  readonly callback: string;
  readonly scope: string;
  /** What roles are told by; asked for at the user info endpoint where the ID token has it not. */
  readonly claim: string;
}

/** Any provider of OpenID Connect: code flow with PKCE, state and nonce; ID tokens are verified by their signature. */
export class OpenIdIdentityProvider extends IdentityProvider {
  readonly #options: OpenIdOptions;
  #discovered: Promise<oidc.Configuration> | null = null;

  constructor(options: OpenIdOptions) {
    super();
    this.#options = options;
  }

  override async begin(): Promise<{ url: string; attempt: SignInAttempt }> {
    const { callback, scope } = this.#options;
    const provider = await this.#provider();
    const attempt = {
      state: oidc.randomState(),
      nonce: oidc.randomNonce(),
      verifier: oidc.randomPKCECodeVerifier(),
    };
    const url = oidc.buildAuthorizationUrl(provider, {
      redirect_uri: callback,
      scope,
      state: attempt.state,
      nonce: attempt.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(attempt.verifier),
      code_challenge_method: 'S256',
    });
    return { url: url.href, attempt };
  }

  override async finish(address: URL, attempt: SignInAttempt): Promise<SignedIn> {
    const provider = await this.#provider();
    try {
      return await this.#signedIn(provider, address, attempt);
    } catch (cause) {
      // Its keys or our secret may have changed.
      this.#discovered = null;
      const words = `the sign-in was refused: ${cause instanceof Error ? cause.message : 'no reason'}`;
      throw new CrossfadeError('unauthenticated', words, { cause });
    }
  }

  override async endSession(idToken: string, back: string): Promise<string | null> {
    const provider = await this.#provider();
    if (provider.serverMetadata().end_session_endpoint === undefined) return null;
    const asked = { id_token_hint: idToken, post_logout_redirect_uri: back };
    return oidc.buildEndSessionUrl(provider, asked).href;
  }

  async #signedIn(
    provider: oidc.Configuration,
    address: URL,
    { state, nonce, verifier }: SignInAttempt,
  ): Promise<SignedIn> {
    const answer = await oidc.authorizationCodeGrant(provider, address, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    });
    const claims = answer.claims();
    const idToken = answer.id_token;
    if (claims === undefined || idToken === undefined)
      throw new Error('the answer has no ID token');
    const { claim } = this.#options;
    if (claims[claim] !== undefined || provider.serverMetadata().userinfo_endpoint === undefined) {
      return { claims, idToken };
    }
    const more = await oidc.fetchUserInfo(provider, answer.access_token, claims.sub);
    return { claims: { ...more, ...claims }, idToken };
  }

  async #provider(): Promise<oidc.Configuration> {
    this.#discovered ??= this.#discover();
    try {
      return await this.#discovered;
    } catch (cause) {
      this.#discovered = null;
      const words = `the identity provider ${this.#options.issuer.host} cannot be reached`;
      throw new CrossfadeError('unavailable', words, { cause });
    }
  }

  async #discover(): Promise<oidc.Configuration> {
    const { issuer, clientId, clientSecret } = this.#options;
    const secret = await clientSecret();
    const execute = [oidc.enableNonRepudiationChecks];
    if (issuer.protocol === 'http:') execute.push(oidc.allowInsecureRequests);
    const authentication = secret === undefined ? oidc.None() : oidc.ClientSecretBasic(secret);
    return oidc.discovery(issuer, clientId, {}, authentication, {
      execute,
      timeout: timeoutSeconds,
    });
  }
}
