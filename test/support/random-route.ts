import fc from 'fast-check';
import type { Route, RouteSpec, Stage } from '../../src/core/protocol/route.ts';

/** Stages of base and canary that belong together (DESIGN §9). */
const STAGES: readonly (readonly [Stage, Stage])[] = [
  ['off', 'live'],
  ['shadow', 'shadow'],
  ['shadow', 'live'],
  ['rampdown', 'rampdown'],
  ['complete', 'complete'],
];

/** Units as people name them, and as they should not. */
export const arbitraryUnit = fc.oneof(
  { weight: 4, arbitrary: fc.nat(60).map((n) => `tenant-${n}`) },
  {
    weight: 1,
    // The language refuses ids with spaces around them: Unleash would drop the spaces.
    arbitrary: fc
      .string({ minLength: 1, maxLength: 20, unit: 'grapheme' })
      .filter((unit) => unit === unit.trim() && unit !== ''),
  },
);

const units = fc.array(arbitraryUnit, { maxLength: 12 });

/** A route as the controller may want it: overlapping lists and empty rings included. */
export const arbitrarySpec: fc.Arbitrary<RouteSpec> = fc
  .record({
    stages: fc.constantFrom(...STAGES),
    pinned: units,
    quarantined: units,
    rings: fc.array(fc.record({ name: fc.constantFrom('internal', 'early', 'eu'), units }), {
      maxLength: 3,
    }),
    share: fc.integer({ min: 0, max: 100 }),
    groupId: fc.constantFrom('users-birthdate/1', 'g', 'Ünï'),
    withoutUnit: fc.constantFrom('old' as const, 'new' as const, 'refuse' as const),
    safeSide: fc.constantFrom('old' as const, 'new' as const),
    shadowSample: fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100),
  })
  .map(({ stages: [baseStage, canaryStage], ...rest }) => ({
    migration: 'users-birthdate',
    unitKey: 'tenantId',
    baseStage,
    canaryStage,
    ...rest,
  }));

/** A plain route to change in a test. */
export function routeSpec(changes: Partial<RouteSpec> = {}): RouteSpec {
  return {
    migration: 'users-birthdate',
    unitKey: 'tenantId',
    withoutUnit: 'old',
    baseStage: 'shadow',
    canaryStage: 'live',
    pinned: ['tenant-1'],
    quarantined: ['tenant-2'],
    rings: [{ name: 'internal', units: ['tenant-3', 'tenant-4'] }],
    share: 25,
    groupId: 'users-birthdate/1',
    safeSide: 'old',
    shadowSample: 0.1,
    ...changes,
  };
}

export function routeOf(spec: RouteSpec, revision = 1, enabled = true): Route {
  return { ...spec, revision, enabled };
}
