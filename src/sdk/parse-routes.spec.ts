import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { routeOf } from '../../test/support/route-of.ts';
import { parseRoutes } from './parse-routes.ts';

const text = (...routes: readonly unknown[]): string => JSON.stringify({ routes });

describe('parseRoutes', () => {
  it('reads a route as it is', () => {
    const route = routeOf({ rings: [{ name: 'internal', units: ['acme'] }] });
    expect(parseRoutes(text(route))).toEqual({ routes: [route], faults: [] });
  });

  it('accepts fields that a later Crossfade adds', () => {
    expect(parseRoutes(text({ ...routeOf(), later: 1 })).routes).toHaveLength(1);
  });

  it.each([
    ['revision', 0],
    ['revision', '1'],
    ['baseStage', 'lively'],
    ['safeSide', 'none'],
    ['share', 101],
    ['shadowSample', -1],
    ['rings', [{ name: 'r' }]],
    ['pinned', [1]],
    ['withoutUnit', 'maybe'],
    ['enabled', 'yes'],
  ])('leaves out a route whose %s is %j, names it, and reads the others', (field, value) => {
    const good = routeOf({ migration: 'good' });
    const { routes, faults } = parseRoutes(text({ ...routeOf(), [field]: value }, good));
    expect(routes).toEqual([good]);
    expect(faults).toEqual([`route of users-birthdate: ${field} is ${JSON.stringify(value)}`]);
  });

  it('never throws, whatever arrives', () => {
    const anything = fc.oneof(
      fc.string(),
      fc.json(),
      fc.json().map((json) => `{"routes":[${json}]}`),
    );
    fc.assert(
      fc.property(anything, (body) => {
        const { routes, faults } = parseRoutes(body);
        expect(routes).toEqual([]);
        expect(faults.length).toBeGreaterThan(0);
      }),
    );
  });
});
