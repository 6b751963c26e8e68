import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { defaultStrategies } from 'unleash-client/lib/strategy/index.js';
import { routeOf as route } from '../../../test/support/route-of.ts';
import type { Stage } from '../protocol/route.ts';
import { sideOfStage, stageOfUnit } from './stage-of-unit.ts';

const stages: readonly Stage[] = ['off', 'dualwrite', 'shadow', 'live', 'rampdown', 'complete'];
const unit = fc.oneof(fc.uuid(), fc.string({ minLength: 1 }));

describe('sideOfStage', () => {
  it.each([
    ['off', 'old'],
    ['dualwrite', 'old'],
    ['shadow', 'old'],
    ['live', 'new'],
    ['rampdown', 'new'],
    ['complete', 'new'],
  ] as const)('%s is served by %s', (stage, side) => {
    expect(sideOfStage(stage)).toBe(side);
  });
});

describe('stageOfUnit', () => {
  it('gives the base stage to who is in no ring and no share', () => {
    expect(stageOfUnit(route(), 't1')).toEqual({
      stage: 'shadow',
      side: 'old',
      cohort: 'baseline',
      reason: 'base',
    });
  });

  it('gives the canary stage to every unit of a released ring', () => {
    const rings = [{ name: 'internal', units: ['acme', 'beta'] }];
    for (const id of ['acme', 'beta']) {
      expect(stageOfUnit(route({ rings }), id)).toEqual({
        stage: 'live',
        side: 'new',
        cohort: 'canary',
        reason: 'ring',
      });
    }
    expect(stageOfUnit(route({ rings }), 'gamma').reason).toBe('base');
  });

  it.each([
    ['off', 'off'],
    ['shadow', 'shadow'],
    ['rampdown', 'shadow'],
  ] as const)('keeps pinned and quarantined units old while the base is %s', (baseStage, stage) => {
    const held = route({
      baseStage,
      share: 100,
      rings: [{ name: 'all', units: ['p', 'q'] }],
      pinned: ['p'],
      quarantined: ['q'],
    });
    expect(stageOfUnit(held, 'p')).toMatchObject({ stage, side: 'old', reason: 'pinned' });
    expect(stageOfUnit(held, 'q')).toMatchObject({ stage, side: 'old', reason: 'quarantined' });
  });

  it('keeps nobody on a side that contract takes away', () => {
    const complete = route({ baseStage: 'complete', canaryStage: 'complete', safeSide: 'new' });
    const held = { ...complete, pinned: ['p'], quarantined: ['q'], withoutUnit: 'refuse' as const };
    for (const id of ['p', 'q', 'other', undefined]) {
      expect(stageOfUnit(held, id)).toMatchObject({ stage: 'complete', side: 'new' });
    }
  });

  it('serves everybody by the safe side while the flag is off', () => {
    const off = { enabled: false, share: 100, rings: [{ name: 'r', units: ['a'] }] };
    for (const id of ['a', 'b', undefined]) {
      expect(stageOfUnit(route({ ...off, safeSide: 'old' }), id)).toMatchObject({ stage: 'off' });
      expect(stageOfUnit(route({ ...off, safeSide: 'new' }), id)).toMatchObject({
        stage: 'complete',
      });
    }
  });
});

describe('stageOfUnit without a unit', () => {
  it.each([undefined, ''])('serves old where the policy says old, for %j', (none) => {
    const answer = stageOfUnit(route({ share: 100 }), none);
    expect(answer).toMatchObject({ stage: 'off', side: 'old', reason: 'withoutUnit' });
  });

  it('says that it is refused where the policy says refuse', () => {
    expect(stageOfUnit(route({ withoutUnit: 'refuse' }), undefined).reason).toBe('refused');
  });

  it('serves new only once somebody is in the canary', () => {
    const wanted = { withoutUnit: 'new' } as const;
    expect(stageOfUnit(route(wanted), undefined).side).toBe('old');
    expect(stageOfUnit(route({ ...wanted, share: 5 }), undefined).side).toBe('new');
    const ring = { ...wanted, rings: [{ name: 'r', units: ['a'] }] };
    expect(stageOfUnit(route(ring), undefined).side).toBe('new');
    const killed = { ...ring, baseStage: 'off', canaryStage: 'off' } as const;
    expect(stageOfUnit(route(killed), undefined).side).toBe('old');
    const soaked = { ...wanted, baseStage: 'rampdown' } as const;
    expect(stageOfUnit(route(soaked), undefined).side).toBe('new');
  });
});

describe('the share', () => {
  it('is monotone: who is in at a share stays in at every larger one', () => {
    const shares = fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }));
    fc.assert(
      fc.property(unit, fc.string(), shares, (id, groupId, [a, b]) => {
        const [small, large] = a <= b ? [a, b] : [b, a];
        const before = stageOfUnit(route({ groupId, share: small }), id).cohort;
        const after = stageOfUnit(route({ groupId, share: large }), id).cohort;
        expect([before, after]).not.toEqual(['canary', 'baseline']);
      }),
    );
  });

  it('holds nobody at 0 and everybody at 100', () => {
    fc.assert(
      fc.property(unit, (id) => {
        expect(stageOfUnit(route({ share: 0 }), id).cohort).toBe('baseline');
        expect(stageOfUnit(route({ share: 100 }), id).cohort).toBe('canary');
      }),
    );
  });

  it('holds exactly whom the flexibleRollout strategy of unleash-client holds', () => {
    const strategy = defaultStrategies.find(({ name }) => name === 'flexibleRollout');
    expect(strategy).toBeDefined();
    for (const share of [1, 5, 25, 50, 95]) {
      for (let tenant = 0; tenant < 2_000; tenant += 1) {
        const id = `tenant-${tenant}`;
        const parameters = { rollout: `${share}`, stickiness: 'tenantId', groupId: 'g' };
        const theirs = strategy?.isEnabled(parameters, { properties: { tenantId: id } });
        expect(stageOfUnit(route({ groupId: 'g', share }), id).side === 'new').toBe(theirs);
      }
    }
  });

  it('never serves the new side under a route that has no new-side stage', () => {
    const oldStages = stages.filter((stage) => sideOfStage(stage) === 'old');
    fc.assert(
      fc.property(
        fc.option(unit, { nil: undefined }),
        fc.constantFrom(...oldStages),
        fc.constantFrom(...oldStages),
        fc.constantFrom('old', 'new', 'refuse'),
        (id, baseStage, canaryStage, withoutUnit) => {
          const safe = route({ baseStage, canaryStage, withoutUnit, share: 100 });
          expect(stageOfUnit(safe, id).side).toBe('old');
        },
      ),
    );
  });
});
