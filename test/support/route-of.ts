import type { Route } from '../../src/core/protocol/route.ts';

/** A share step of `users-birthdate` at 0 %, changed as a test needs it. */
export function routeOf(changes: Partial<Route> = {}): Route {
  return {
    migration: 'users-birthdate',
    revision: 1,
    enabled: true,
    unitKey: 'tenantId',
    withoutUnit: 'old',
    baseStage: 'shadow',
    canaryStage: 'live',
    pinned: [],
    quarantined: [],
    rings: [],
    share: 0,
    groupId: 'users-birthdate',
    safeSide: 'old',
    shadowSample: 0,
    ...changes,
  };
}
