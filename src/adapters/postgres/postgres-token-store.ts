import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { type Bearer, type Scope, scopes, TokenStore } from '../../engine/ports/token-store.ts';
import { PostgresClock } from './postgres-clock.ts';
import { TokenEntity } from './token.entity.ts';

/** A token is asked about at every call; a verified one is remembered this long. Milliseconds. */
const rememberMs = 5_000;

/** More remembered tokens than this are somebody guessing; then all are forgotten. */
const rememberAtMost = 1_000;

export class PostgresTokenStore extends TokenStore {
  readonly #source: DataSource;
  readonly #known = new Map<string, { bearer: Bearer; until: number }>();

  constructor(source: DataSource) {
    super();
    this.#source = source;
  }

  async create(scope: Scope): Promise<string> {
    const id = randomBytes(8).toString('hex');
    const secret = randomBytes(32).toString('hex');
    const createdAt = await new PostgresClock(this.#source).now();
    const hash = digest(secret).toString('hex');
    await this.#source.getRepository(TokenEntity).insert({ id, scope, hash, createdAt });
    return `crossfade_${scope}_${id}_${secret}`;
  }

  async verify(token: string): Promise<Bearer | null> {
    const key = digest(token).toString('hex');
    const known = this.#known.get(key);
    if (known !== undefined && known.until > performance.now()) return known.bearer;
    const bearer = await this.#lookUp(token);
    if (bearer === null) return null;
    if (this.#known.size >= rememberAtMost) this.#known.clear();
    this.#known.set(key, { bearer, until: performance.now() + rememberMs });
    return bearer;
  }

  async #lookUp(token: string): Promise<Bearer | null> {
    const parts = /^crossfade_([a-z]+)_([0-9a-f]{16})_([0-9a-f]{64})$/.exec(token);
    const [, , id, secret] = parts ?? [];
    if (id === undefined || secret === undefined) return null;
    const row = await this.#source.getRepository(TokenEntity).findOneBy({ id });
    if (row === null || !timingSafeEqual(Buffer.from(row.hash, 'hex'), digest(secret))) return null;
    const scope = scopes.find((candidate) => candidate === row.scope);
    return scope === undefined ? null : { id, scope };
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
