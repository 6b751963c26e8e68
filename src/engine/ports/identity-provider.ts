/** What binds an answer of the identity provider to the browser that asked; it stays with that browser. */
export interface SignInAttempt {
  readonly state: string;
  readonly nonce: string;
  /** The secret of PKCE: a code is worth nothing without it. */
  readonly verifier: string;
}

/** What the provider says of a person: `sub`, and what else it was asked for. */
export type Claims = Readonly<Record<string, unknown>> & { readonly sub: string };

/** Who signed in, and the provider's word for it, by which it knows whom to sign out. */
export interface SignedIn {
  readonly claims: Claims;
  readonly idToken: string;
}

/** Where people of an organisation sign in. */
export abstract class IdentityProvider {
  /** Begins a sign-in: where the browser goes. Throws `unavailable` when the provider cannot be reached. */
  abstract begin(): Promise<{ readonly url: string; readonly attempt: SignInAttempt }>;

  /**
   * Who came back with this address. Throws `unauthenticated` when the answer is not one to this attempt, is not
   * the provider's, is for another application or was used before.
   */
  abstract finish(address: URL, attempt: SignInAttempt): Promise<SignedIn>;

  /**
   * Where the browser goes to sign out there too, and is led back from to `back`; null where the provider does not
   * say. Throws `unavailable` when it cannot be reached.
   */
  abstract endSession(idToken: string, back: string): Promise<string | null>;
}
