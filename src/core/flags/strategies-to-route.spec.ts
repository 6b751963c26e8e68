import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { arbitrarySpec, routeSpec } from '../../../test/support/random-route.ts';
import { routeToStrategies } from './route-to-strategies.ts';
import { sameRoute } from './same-route.ts';
import { strategiesToRoute } from './strategies-to-route.ts';
import type { Strategy } from './unleash-feature.ts';

/** The strategies of a plain route, one of them edited by somebody. */
function edited(role: string, edit: (strategy: Strategy) => Partial<Strategy>): Strategy[] {
  return routeToStrategies(routeSpec()).map((strategy) =>
    strategy.parameters['crossfade.role'] === role ? { ...strategy, ...edit(strategy) } : strategy,
  );
}

function reasonsOf(strategies: readonly Strategy[]): readonly string[] {
  const reading = strategiesToRoute(strategies);
  return reading.kind === 'foreign' ? reading.reasons : [];
}

const withParameter = (key: string, value: string) => (strategy: Strategy) => ({
  parameters: { ...strategy.parameters, [key]: value },
});

describe('strategiesToRoute', () => {
  it('reads back every route that was written', () => {
    fc.assert(
      fc.property(arbitrarySpec, (spec) => {
        const reading = strategiesToRoute(routeToStrategies(spec));
        expect(reading).toMatchObject({ kind: 'route' });
        expect(reading.kind === 'route' && sameRoute(reading.spec, spec)).toBe(true);
      }),
    );
  });

  it('adopts an edit that is a route too, such as another share', () => {
    const reading = strategiesToRoute(edited('share', withParameter('rollout', '10')));
    expect(reading).toMatchObject({ kind: 'route', spec: { share: 10 } });
  });

  it.each([
    ['0.5', 'strategy 4 (share) has the rollout "0.5", not a whole percentage'],
    ['500', 'strategy 4 (share) has the rollout "500", not a whole percentage'],
  ])('refuses the share %s, which clients understand differently', (rollout, reason) => {
    expect(reasonsOf(edited('share', withParameter('rollout', rollout)))).toEqual([reason]);
  });
});

describe('an edit that no route can express', () => {
  it('notices that a wiped constraint would hold for everyone', () => {
    expect(reasonsOf(edited('ring', () => ({ constraints: [] })))).toEqual([
      'strategy 3 (ring) names no units: it would hold for everyone',
    ]);
  });

  it('notices that a lost salt deals the units out anew', () => {
    expect(reasonsOf(edited('share', withParameter('groupId', 'users-birthdate')))).toEqual([
      'strategy 4 (share) has the groupId "users-birthdate" instead of "users-birthdate/1"',
    ]);
  });

  it('notices another context field, a segment, a second variant and another stage', () => {
    const [constraint] = routeToStrategies(routeSpec())[2]?.constraints ?? [];
    const other = { ...constraint!, contextName: 'plan' };
    expect(reasonsOf(edited('ring', () => ({ constraints: [other] })))).toEqual([
      'strategy 3 (ring) is limited by "plan" instead of "tenantId"',
    ]);
    expect(reasonsOf(edited('share', () => ({ segments: [7] })))).toEqual([
      'strategy 4 (share) uses segment 7',
    ]);
    const [live] = routeToStrategies(routeSpec())[3]?.variants ?? [];
    expect(reasonsOf(edited('share', () => ({ variants: [live!, live!] })))).toEqual([
      'strategy 4 (share) has 2 variants instead of one',
    ]);
    const off = { ...live!, name: 'off', payload: { type: 'string', value: 'off' } };
    expect(reasonsOf(edited('ring', () => ({ variants: [off] })))).toEqual([
      'strategy 3 (ring) gives the stage "off" instead of "live"',
    ]);
  });

  it('notices a stranger, a wrong order and a missing strategy', () => {
    const [pinned, quarantined, ring, share, everyone] = routeToStrategies(routeSpec());
    const all = [pinned!, quarantined!, ring!, share!, everyone!];
    const stranger = { ...share!, parameters: { rollout: '100' } };
    expect(reasonsOf([...all, stranger])).toEqual([
      'strategy 6 (flexibleRollout) was not written by Crossfade',
    ]);
    expect(reasonsOf([share!, pinned!, quarantined!, ring!, everyone!])).toHaveLength(3);
    expect(reasonsOf([pinned!, share!])).toEqual(['the strategy "everyone" is missing']);
    expect(reasonsOf([])).toHaveLength(2);
    expect(reasonsOf([...all, everyone!])).toEqual([
      'there are 2 strategies "everyone" instead of one',
    ]);
  });

  it('notices what the last strategy no longer says', () => {
    const strategies = edited('everyone', withParameter('crossfade.safeSide', 'neither'));
    expect(reasonsOf(strategies)).toEqual([
      'strategy 5 (everyone) has crossfade.safeSide "neither", not old|new',
    ]);
  });
});
