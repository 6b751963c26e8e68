import type { RouteRing, RouteSpec } from '../protocol/route.ts';

/**
 * The one form of all specs that decide alike: lists without repetition and in a fixed order,
 * rings of one name joined, rings without units left out (a flag system cannot hold an empty list).
 */
export function normalizeSpec(spec: RouteSpec): RouteSpec {
  return {
    migration: spec.migration,
    unitKey: spec.unitKey,
    withoutUnit: spec.withoutUnit,
    baseStage: spec.baseStage,
    // Where all is complete the canary is nobody any more: `core/stage` answers complete to everyone.
    canaryStage: spec.baseStage === 'complete' ? 'complete' : spec.canaryStage,
    pinned: sortedSet(spec.pinned),
    quarantined: sortedSet(spec.quarantined),
    rings: joinedRings(spec.rings),
    share: spec.share,
    groupId: spec.groupId,
    safeSide: spec.safeSide,
    shadowSample: spec.shadowSample,
  };
}

/** Whether two specs mean the same for every unit, however their lists are ordered. */
export function sameRoute(a: RouteSpec, b: RouteSpec): boolean {
  return JSON.stringify(normalizeSpec(a)) === JSON.stringify(normalizeSpec(b));
}

function joinedRings(rings: readonly RouteRing[]): RouteRing[] {
  const units = new Map<string, string[]>();
  for (const ring of rings) {
    units.set(ring.name, [...(units.get(ring.name) ?? []), ...ring.units]);
  }
  return [...units]
    .filter(([, members]) => members.length > 0)
    .toSorted(([a], [b]) => byCodeUnit(a, b))
    .map(([name, members]) => ({ name, units: sortedSet(members) }));
}

function sortedSet(values: readonly string[]): string[] {
  return [...new Set(values)].toSorted(byCodeUnit);
}

// Not localeCompare: the order must be the same on every machine.
function byCodeUnit(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
