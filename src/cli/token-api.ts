import type { TokenView } from '../core/protocol/token-view.ts';
import { ApiTransport } from './api-transport.ts';
import type { Connection } from './connection.ts';

/** What a token is to be good for: roles by project, or one kind of report. */
export interface TokenOrder {
  readonly name: string;
  readonly roles?: Readonly<Record<string, string>>;
  readonly scope?: string;
  /** ISO 8601; null for never. */
  readonly expiresAt: string | null;
}

/** The part of the HTTP API that makes, lists and revokes tokens. */
export class TokenApi {
  readonly #transport: ApiTransport;

  constructor(connection: Connection) {
    this.#transport = new ApiTransport(connection);
  }

  create(order: TokenOrder): Promise<TokenView & { readonly secret: string }> {
    return this.#transport.call('POST', '/api/v1/tokens', order);
  }

  async list(): Promise<readonly TokenView[]> {
    const answer = this.#transport.call<{ tokens: readonly TokenView[] }>('GET', '/api/v1/tokens');
    return (await answer).tokens;
  }

  revoke(id: string): Promise<null> {
    return this.#transport.call('DELETE', `/api/v1/tokens/${encodeURIComponent(id)}`);
  }
}
