import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { routeOf } from '../../test/support/route-of.ts';
import { RouteStore } from './route-store.ts';
import { Warnings } from './warnings.ts';

const name = 'users-birthdate';

function given() {
  const told: string[] = [];
  let applied = 0;
  const routes = new RouteStore(new Warnings((message) => told.push(message)), () => {
    applied += 1;
  });
  routes.declare(name);
  return { routes, told, applied: () => applied };
}

describe('RouteStore', () => {
  it('holds the highest revision that it has seen, in whatever order they come', () => {
    const revisions = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 });
    fc.assert(
      fc.property(revisions, (seen) => {
        const { routes } = given();
        for (const revision of seen) routes.apply([routeOf({ revision, share: revision })]);
        expect(routes.revisionOf(name)).toBe(Math.max(...seen));
        expect(routes.get(name)?.route.share).toBe(Math.max(...seen));
      }),
    );
  });

  it('keeps the safe side new once it was new', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('old', 'new')), (sides) => {
        const { routes } = given();
        sides.forEach((safeSide, at) => routes.apply([routeOf({ revision: at + 1, safeSide })]));
        expect(routes.safeSideOf(name)).toBe(sides.includes('new') ? 'new' : 'old');
      }),
    );
  });

  it('serves the latched side when a later flag is switched off', () => {
    const { routes } = given();
    routes.apply([routeOf({ revision: 1, baseStage: 'complete', safeSide: 'new' })]);
    routes.apply([routeOf({ revision: 2, enabled: false, safeSide: 'old' })]);
    expect(routes.get(name)?.decide('t1')).toMatchObject({ side: 'new', revision: 2 });
  });

  it('tells of a change once per batch, and not when nothing is newer', () => {
    const { routes, applied } = given();
    routes.declare('another');
    routes.apply([routeOf(), routeOf({ migration: 'another' })]);
    routes.apply([routeOf()]);
    routes.apply([]);
    expect(applied()).toBe(1);
  });

  it('keeps nothing of a migration that this code does not implement', () => {
    const { routes, applied } = given();
    routes.apply([routeOf({ migration: 'theirs' })]);
    expect(routes.get('theirs')).toBeUndefined();
    expect(applied()).toBe(0);
  });

  it('refuses dualwrite by name, once, and serves old', () => {
    const { routes, told } = given();
    routes.apply([routeOf({ revision: 1, canaryStage: 'dualwrite', share: 100 })]);
    routes.apply([routeOf({ revision: 2, canaryStage: 'dualwrite', share: 100 })]);
    expect(routes.get(name)?.decide('t1').side).toBe('old');
    expect(told).toEqual([expect.stringContaining('dualwrite')]);
  });

  it('says once that a revision went back', () => {
    const { routes, told } = given();
    for (const revision of [9, 4, 5]) routes.apply([routeOf({ revision })]);
    expect(told).toEqual([expect.stringContaining('revision 4')]);
  });
});
