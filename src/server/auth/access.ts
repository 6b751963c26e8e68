import { SetMetadata } from '@nestjs/common';
import type { Role } from '../../core/access/role.ts';
import type { ProjectKey } from '../../engine/ports/project-directory.ts';
import type { ClientScope, ReportScope } from '../../engine/ports/token-store.ts';

/**
 * Where a role must be held: in the project of what the request names; in the `project` of its query,
 * without one everywhere; in every project; or in any, where the handler looks at each thing by itself.
 */
export type Place = ProjectKey | 'project' | 'everywhere' | 'somewhere';

export interface RoleNeeded {
  readonly role: Role;
  readonly in: Place;
}

/** Who may call a route: whoever holds the role, the token of one of these scopes, or anybody. */
export type Access = RoleNeeded | ReportScope | ClientScope | 'anybody';

export const accessKey = 'crossfade:access';

/** Opens a controller or a route. What carries no such mark is refused at the start. */
export const For = (...access: readonly Access[]): ReturnType<typeof SetMetadata> =>
  SetMetadata(accessKey, access);

const needed =
  (role: Role) =>
  (place: Place): RoleNeeded => ({ role, in: place });

export const viewer = needed('viewer');
export const operator = needed('operator');
export const approver = needed('approver');
export const admin = needed('admin');

/** A rule in words: `operator in the project of the rollout`, `scope sdk`. */
export function accessWords(access: Access): string {
  if (typeof access === 'string') return access === 'anybody' ? 'anybody' : `scope ${access}`;
  return `${access.role} ${placeWords(access.in)}`;
}

function placeWords(place: Place): string {
  if (place === 'everywhere') return 'in every project';
  if (place === 'somewhere') return 'in any project';
  return `in the project of the ${place === 'project' ? 'query' : place}`;
}
