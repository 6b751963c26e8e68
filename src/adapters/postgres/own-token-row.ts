import { type Role, roles, type Roles } from '../../core/access/role.ts';
import { type ApiToken, reportScopes } from '../../engine/ports/token-store.ts';

/**
 * A row of `crossfade_state.token` as the driver hands it over. Of the token only the SHA-256 of its
 * secret is kept: that has 256 random bits, so no salt is needed.
 */
export interface OwnTokenRow {
  readonly id: string;
  readonly scope: string;
  readonly name: string;
  readonly person: string | null;
  readonly roles: Readonly<Record<string, unknown>>;
  readonly hash: string;
  readonly created_by: string;
  readonly created_at: string;
  readonly expires_at: string | null;
  readonly last_used_at: string | null;
  readonly revoked_at: string | null;
}

/** Null for a scope that this version does not know: it lets nobody in. */
export function ownToken(row: OwnTokenRow): ApiToken | null {
  const scope = (['admin', 'api', ...reportScopes] as const).find((one) => one === row.scope);
  if (scope === undefined) return null;
  return {
    id: row.id,
    scope,
    name: row.name,
    person: row.person,
    roles: Object.fromEntries(rolesIn(row)),
    createdBy: row.created_by,
    createdAt: Number(row.created_at),
    expiresAt: millisecondsIn(row.expires_at),
    lastUsedAt: millisecondsIn(row.last_used_at),
    revokedAt: millisecondsIn(row.revoked_at),
  };
}

/** A role that this version does not know counts as none. */
export function rolesIn({ roles: stored }: Pick<OwnTokenRow, 'roles'>): Roles {
  const known = new Map<string, Role>();
  for (const [project, named] of Object.entries(stored)) {
    const role = roles.find((one) => one === named);
    if (role !== undefined) known.set(project, role);
  }
  return known;
}

function millisecondsIn(text: string | null): number | null {
  return text === null ? null : Number(text);
}
