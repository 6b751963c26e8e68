import { CrossfadeError } from '../../src/core/errors.ts';
import { DEFAULT_ENVIRONMENT } from '../../src/core/flags/catalog/audience.ts';
import type { Bearer, ClientToken, TicketUse } from '../../src/engine/ports/token-store.ts';
import { TokenStore } from '../../src/engine/ports/token-store.ts';

/** Tokens that a test knows; can be made to fail as a database does. */
export class MemoryTokenStore extends TokenStore {
  readonly #bearers = new Map<string, Bearer>();
  failing = false;

  constructor(...sdkTokens: readonly string[]) {
    super();
    const audience = { environment: DEFAULT_ENVIRONMENT, projects: '*' } as const;
    for (const token of sdkTokens) {
      this.#bearers.set(token, {
        id: token,
        name: token,
        person: null,
        scope: 'sdk',
        audience,
        roles: new Map(),
      });
    }
  }

  override async create(): Promise<string> {
    throw new CrossfadeError('unsupported', 'tests name their tokens');
  }

  override async issue(): Promise<never> {
    throw new CrossfadeError('unsupported', 'tests name their tokens');
  }

  override async apiTokens(): Promise<readonly []> {
    return [];
  }

  override async forgetSessions(): Promise<void> {}

  override async revokeApiToken(id: string): Promise<void> {
    this.#bearers.delete(id);
  }

  override async verify(token: string): Promise<Bearer | null> {
    if (this.failing) throw new Error('the state database is away');
    return this.#bearers.get(token) ?? null;
  }

  override ticket({ id }: Bearer, until: number, use: TicketUse): string {
    return `${use} ${until} ${id}`;
  }

  override async redeem(ticket: string, use: TicketUse): Promise<Bearer | null> {
    const [usedFor, until = '', id = ''] = ticket.split(' ');
    return usedFor === use && Number(until) > Date.now() ? this.verify(id) : null;
  }

  override async admit(
    token: Omit<ClientToken, 'id' | 'createdAt'>,
    secret: string,
  ): Promise<ClientToken> {
    const { name, scope, audience } = token;
    this.#bearers.set(secret, {
      id: secret,
      name,
      person: null,
      scope,
      audience,
      roles: new Map(),
    });
    return { ...token, id: secret, createdAt: 0 };
  }

  override async clientTokens(): Promise<readonly ClientToken[]> {
    return [];
  }

  override async revoke(id: string): Promise<void> {
    this.#bearers.delete(id);
  }
}
