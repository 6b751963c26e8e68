import { everyProject, type Roles } from '../../core/access/role.ts';
import type { FollowerWorld } from '../../engine/folder-follower.ts';
import type { DocumentSetsService } from '../documents/document-sets.service.ts';

/** Whoever runs the server, and says what it follows, may apply everything. */
const roles: Roles = new Map([[everyProject, 'admin']]);

/** Applies what a folder holds in the name of the server itself, by the same rules as for people. */
export function followedSet(
  service: DocumentSetsService,
  { set: name, prune }: { readonly set: string; readonly prune: boolean },
): FollowerWorld['apply'] {
  return async ({ files, commit }, turn) => {
    const request = { name, prune, commit, dirty: false, dryRun: false, turn };
    await service.apply(files, request, { by: 'follow', roles });
  };
}
