import { type ClientToken, clientScopes } from '../../engine/ports/token-store.ts';

/**
 * A row of `crossfade_state.client_token` as the driver hands it over. Of the token only its SHA-256
 * is kept: it is random enough to need no salt.
 */
export interface ClientTokenRow {
  readonly id: string;
  readonly scope: string;
  readonly name: string;
  /** Names of projects, or `['*']`. */
  readonly projects: readonly string[];
  readonly environment: string;
  readonly hash: string;
  readonly created_at: string;
  readonly expires_at: string | null;
}

export function clientToken(row: ClientTokenRow): ClientToken {
  const { id, name, environment } = row;
  return {
    id,
    scope: clientScopes.find((candidate) => candidate === row.scope) ?? 'frontend',
    name,
    audience: { environment, projects: row.projects.includes('*') ? '*' : row.projects },
    createdAt: Number(row.created_at),
    expiresAt: row.expires_at === null ? null : Number(row.expires_at),
  };
}
