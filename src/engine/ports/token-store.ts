import type { Role, Roles } from '../../core/access/role.ts';
import type { Audience } from '../../core/flags/catalog/audience.ts';

/** What the tokens of the data folder may be used for: `admin` for everything, the others to report one thing. */
export const scopes = ['admin', 'sdk', 'alerts', 'otlp'] as const;

/** What programs report, each with a token that is good for nothing else. */
export const reportScopes = ['sdk', 'alerts', 'otlp'] as const;

export type ReportScope = (typeof reportScopes)[number];

/** What tokens of flag clients may be used for: `client` on servers, `frontend` in browsers. */
export const clientScopes = ['client', 'frontend'] as const;

export type ClientScope = (typeof clientScopes)[number];

/** `api` is what people and their programs call with; what they may do there is said by their roles. */
export type Scope = 'admin' | 'api' | ReportScope | ClientScope;

/** What a ticket opens, and nothing else: one stream of events, or the API to a person's browser. */
export type TicketUse = 'stream' | 'session';

export interface Bearer {
  readonly id: string;
  /** What the token is called; of a session, the person. */
  readonly name: string;
  /** Whom an identity provider knows, the same in each of their sessions; null for a token. */
  readonly person: string | null;
  readonly scope: Scope;
  /** None but for `admin` and `api`. */
  readonly roles: Roles;
  /** The flags that it may be served. */
  readonly audience: Audience;
}

/** A token of Crossfade's own, without its secret. Times are epoch milliseconds. */
export interface ApiToken {
  readonly id: string;
  readonly scope: 'admin' | 'api' | ReportScope;
  readonly name: string;
  /** Whom an identity provider knows, of a session; null for what is no session. */
  readonly person: string | null;
  /** By project, `*` for every one. */
  readonly roles: Readonly<Record<string, Role>>;
  readonly createdBy: string;
  readonly createdAt: number;
  /** Null for one that never expires. */
  readonly expiresAt: number | null;
  /** At most a minute old; null where it was never used. */
  readonly lastUsedAt: number | null;
  readonly revokedAt: number | null;
}

/** What a new token is to be good for. */
export type TokenOrder = Pick<ApiToken, 'scope' | 'name' | 'person' | 'roles' | 'expiresAt'>;

/** A token of a flag client, without its secret. */
export interface ClientToken {
  readonly id: string;
  readonly scope: ClientScope;
  readonly name: string;
  readonly audience: Audience;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** Epoch milliseconds; null for one that never expires. */
  readonly expiresAt: number | null;
}

/** Tokens by hash; the secret itself is known only to whom it was given. */
export abstract class TokenStore {
  /** Makes a token and returns its only copy, `crossfade_SCOPE_ID_SECRET`. */
  abstract create(scope: (typeof scopes)[number]): Promise<string>;

  /** Who presents this token; null when nobody does. Compares in constant time. */
  abstract verify(token: string): Promise<Bearer | null>;

  /**
   * A text that lets its holder do on behalf of the bearer what a ticket is good for, up to `until`
   * (epoch milliseconds) and not longer than the token itself. The same text for the same question.
   */
  abstract ticket(bearer: Bearer, until: number, use: TicketUse): string;

  /** Whom a ticket stands for; null for one that is over, for another use, or none. */
  abstract redeem(ticket: string, use: TicketUse): Promise<Bearer | null>;

  /**
   * Lets a flag client in by `secret`, the whole token as the client presents it. Throws `conflict`
   * when it is known already, `invalidInput` when there is no such environment.
   */
  abstract admit(
    token: Omit<ClientToken, 'id' | 'createdAt'>,
    secret: string,
    by: string,
  ): Promise<ClientToken>;

  /** The flag clients' tokens, oldest first. */
  abstract clientTokens(): Promise<readonly ClientToken[]>;

  /** Makes a token; `secret` is its only copy, `crossfade_SCOPE_ID_SECRET`. */
  abstract issue(
    order: TokenOrder,
    by: string,
  ): Promise<{ readonly token: ApiToken; readonly secret: string }>;

  /** All tokens of Crossfade's own, newest first, those that are over too, but for ended sessions of persons. */
  abstract apiTokens(): Promise<readonly ApiToken[]>;

  /** Forgets sessions of persons that have ended. */
  abstract forgetSessions(): Promise<void>;

  /** Lets nobody in by this token of Crossfade's own any more, within seconds. Throws `notFound`. */
  abstract revokeApiToken(id: string, by: string): Promise<void>;

  /** The same for a flag client's. Throws `notFound`. */
  abstract revoke(id: string, by: string): Promise<void>;
}
