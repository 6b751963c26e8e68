/** What a token may be used for. `admin` may do everything. */
export const scopes = ['admin', 'sdk'] as const;

export type Scope = (typeof scopes)[number];

export interface Bearer {
  readonly id: string;
  readonly scope: Scope;
}

/** Tokens by hash; the secret itself is known only to whom it was given. */
export abstract class TokenStore {
  /** Makes a token and returns its only copy, `crossfade_SCOPE_ID_SECRET`. */
  abstract create(scope: Scope): Promise<string>;

  /** Who presents this token; null when nobody does. Compares in constant time. */
  abstract verify(token: string): Promise<Bearer | null>;
}
