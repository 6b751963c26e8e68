import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { everyProject } from '../../core/access/role.ts';
import { CrossfadeError } from '../../core/errors.ts';
import { DEFAULT_ENVIRONMENT } from '../../core/flags/catalog/audience.ts';
import {
  type ApiToken,
  type Bearer,
  type ClientToken,
  type scopes,
  type TicketUse,
  type TokenOrder,
  TokenStore,
} from '../../engine/ports/token-store.ts';
import { AuditEntity } from './audit.entity.ts';
import { type ClientTokenRow, clientToken } from './client-token-row.ts';
import { ownToken, type OwnTokenRow, rolesIn } from './own-token-row.ts';
import { OwnTokens } from './own-tokens.ts';
import { PostgresClock } from './postgres-clock.ts';
import { hasCode } from './sql-state.ts';

/** A token is asked about at every call; a verified one is remembered this long, in memory only. Milliseconds. */
const rememberMs = 5_000;

/** More remembered tokens than this are somebody guessing; then all are forgotten. */
const rememberAtMost = 1_000;

/** No format has longer ones. */
const longestToken = 1_000;

export class PostgresTokenStore extends TokenStore {
  readonly #source: DataSource;
  readonly #own: OwnTokens;
  readonly #known = new Map<string, { bearer: Bearer; until: number }>();
  /** What tickets are signed with: the hash of the token, which nobody else knows. */
  readonly #keys = new WeakMap<Bearer, string>();

  constructor(source: DataSource) {
    super();
    this.#source = source;
    this.#own = new OwnTokens(source);
  }

  async create(scope: (typeof scopes)[number]): Promise<string> {
    const roles = scope === 'admin' ? ({ [everyProject]: 'admin' } as const) : {};
    const order = { scope, name: `${scope}.token`, person: null, roles, expiresAt: null };
    return (await this.issue(order, 'crossfade')).secret;
  }

  async issue(order: TokenOrder, by: string): Promise<{ token: ApiToken; secret: string }> {
    const secret = randomBytes(32).toString('hex');
    const token: ApiToken = {
      ...order,
      id: randomBytes(8).toString('hex'),
      createdBy: by,
      createdAt: await this.#now(),
      lastUsedAt: null,
      revokedAt: null,
    };
    await this.#own.insert(token, digest(secret));
    return { token, secret: `crossfade_${token.scope}_${token.id}_${secret}` };
  }

  apiTokens(): Promise<readonly ApiToken[]> {
    return this.#own.list();
  }

  forgetSessions(): Promise<void> {
    return this.#own.forgetSessions();
  }

  async revokeApiToken(id: string, by: string): Promise<void> {
    await this.#own.revoke(id, by, await this.#now());
    this.#known.clear();
  }

  async verify(token: string): Promise<Bearer | null> {
    if (token.length > longestToken) return null;
    const known = this.#known.get(token);
    if (known !== undefined && known.until > performance.now()) return known.bearer;
    const bearer = token.startsWith('crossfade_')
      ? await this.#lookUp(token)
      : await this.#lookUpClient(digest(token));
    if (bearer === null) return null;
    if (this.#known.size >= rememberAtMost) this.#known.clear();
    this.#known.set(token, { bearer, until: performance.now() + rememberMs });
    return bearer;
  }

  ticket(bearer: Bearer, until: number, use: TicketUse): string {
    const claim = `${bearer.scope}.${bearer.id}.${until}`;
    const key = this.#keys.get(bearer);
    if (key !== undefined) return `${claim}.${signature(key, use, claim)}`;
    throw new CrossfadeError('internal', 'a ticket is for who was let in by a token');
  }

  async redeem(ticket: string, use: TicketUse): Promise<Bearer | null> {
    const parts =
      /^((?:admin|api|sdk|client|frontend)\.([0-9a-f]{16})\.(\d{1,15}))\.([0-9a-f]{64})$/.exec(
        ticket,
      );
    const [, claim = '', id = '', until = '', signed = ''] = parts ?? [];
    if (parts === null || Number(until) <= (await this.#now())) return null;
    const bearer = await this.#byId(id, claim);
    const key = bearer === null ? undefined : this.#keys.get(bearer);
    return key !== undefined && sameHash(signature(key, use, claim), signed) ? bearer : null;
  }

  async admit(
    token: Omit<ClientToken, 'id' | 'createdAt'>,
    secret: string,
    by: string,
  ): Promise<ClientToken> {
    const { scope, name, audience, expiresAt } = token;
    const { projects, environment } = audience;
    const made: ClientToken = {
      ...token,
      id: randomBytes(8).toString('hex'),
      createdAt: await this.#now(),
    };
    try {
      await this.#source.transaction(async (manager) => {
        await manager.query(
          `INSERT INTO crossfade_state.client_token
             (id, scope, name, projects, environment, hash, created_at, expires_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
          [
            made.id,
            scope,
            name,
            JSON.stringify([projects].flat()),
            environment,
            digest(secret),
            made.createdAt,
            expiresAt,
          ],
        );
        const detail = { scope, name, projects, environment, expiresAt };
        const act = { at: made.createdAt, actor: by, action: 'admit token', subject: made.id };
        await manager.insert(AuditEntity, { ...act, detail });
      });
    } catch (cause) {
      throw admissionFault(cause, environment);
    }
    return made;
  }

  async clientTokens(): Promise<readonly ClientToken[]> {
    const rows: ClientTokenRow[] = await this.#source.query(
      'SELECT * FROM crossfade_state.client_token ORDER BY created_at, id',
    );
    return rows.map(clientToken);
  }

  async revoke(id: string, by: string): Promise<void> {
    const at = await this.#now();
    await this.#source.transaction(async (manager) => {
      const [, affected]: [unknown, number] = await manager.query(
        'DELETE FROM crossfade_state.client_token WHERE id = $1',
        [id],
      );
      if (affected === 0) throw new CrossfadeError('notFound', `there is no client token ${id}`);
      const act = { at, actor: by, action: 'revoke token', subject: id, detail: {} };
      await manager.insert(AuditEntity, act);
    });
    this.#known.clear();
  }

  async #lookUp(token: string): Promise<Bearer | null> {
    const parts = /^crossfade_([a-z]+)_([0-9a-f]{16})_([0-9a-f]{64})$/.exec(token);
    const [, , id, secret] = parts ?? [];
    if (id === undefined || secret === undefined) return null;
    const row = await this.#own.find(id);
    if (row === null || !sameHash(row.hash, digest(secret))) return null;
    await this.#own.touch(row, await this.#now());
    return this.#ownBearer(row);
  }

  async #lookUpClient(hash: string): Promise<Bearer | null> {
    const rows: ClientTokenRow[] = await this.#source.query(
      'SELECT * FROM crossfade_state.client_token WHERE hash = $1',
      [hash],
    );
    return this.#clientBearer(rows[0]);
  }

  async #byId(id: string, claim: string): Promise<Bearer | null> {
    if (!/^(?:client|frontend)\./.test(claim)) {
      const row = await this.#own.find(id);
      return row === null ? null : this.#ownBearer(row);
    }
    const rows: ClientTokenRow[] = await this.#source.query(
      'SELECT * FROM crossfade_state.client_token WHERE id = $1',
      [id],
    );
    return this.#clientBearer(rows[0]);
  }

  #ownBearer(row: OwnTokenRow): Bearer | null {
    const token = ownToken(row);
    if (token === null) return null;
    const { id, scope, name, person } = token;
    const audience = { environment: DEFAULT_ENVIRONMENT, projects: '*' } as const;
    const bearer = { id, name, person, scope, audience, roles: rolesIn(row) };
    return this.#keyed(bearer, row.hash);
  }

  async #clientBearer(row: ClientTokenRow | undefined): Promise<Bearer | null> {
    if (row === undefined) return null;
    const { id, name, scope, audience, expiresAt } = clientToken(row);
    if (expiresAt !== null && expiresAt <= (await this.#now())) return null;
    const bearer = { id, name, person: null, scope, audience, roles: new Map() };
    return this.#keyed(bearer, row.hash);
  }

  #keyed(bearer: Bearer, hash: string): Bearer {
    this.#keys.set(bearer, hash);
    return bearer;
  }

  #now(): Promise<number> {
    return new PostgresClock(this.#source).now();
  }
}

function admissionFault(cause: unknown, environment: string): unknown {
  if (hasCode(cause, '23505')) {
    return new CrossfadeError('conflict', 'this token is known already');
  }
  if (!hasCode(cause, '23503')) return cause;
  return new CrossfadeError(
    'invalidInput',
    `there is no environment "${environment}"; PUT /api/v1/environments/${environment} makes it`,
  );
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function signature(key: string, use: TicketUse, claim: string): string {
  return createHmac('sha256', key).update(`${use} ${claim}`).digest('hex');
}

function sameHash(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(a, 'hex'), Buffer.from(b, 'hex'));
}
