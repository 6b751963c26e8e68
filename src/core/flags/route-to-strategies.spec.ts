import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  arbitrarySpec,
  arbitraryUnit,
  routeOf,
  routeSpec,
} from '../../../test/support/random-route.ts';
import { unleashEvaluator } from '../../../test/support/unleash-evaluator.ts';
import { stageOfUnit } from '../stage/stage-of-unit.ts';
import { routeToFeature } from './route-to-feature.ts';
import { VALUES_PER_CONSTRAINT, routeToStrategies } from './route-to-strategies.ts';

describe('routeToStrategies', () => {
  it('lets the real unleash-client decide as core/stage does, for every unit', () => {
    fc.assert(
      fc.property(arbitrarySpec, fc.array(arbitraryUnit, { minLength: 1 }), (spec, others) => {
        const route = routeOf(spec);
        const evaluate = unleashEvaluator(routeToFeature(route));
        const listed = [...spec.pinned, ...spec.quarantined, ...spec.rings.flatMap((r) => r.units)];
        for (const unit of [...listed, ...others]) {
          expect([unit, evaluate({ tenantId: unit })]).toEqual([
            unit,
            stageOfUnit(route, unit).stage,
          ]);
        }
      }),
    );
  });

  it('gives a context without the unit nothing, which means the safe side', () => {
    const evaluate = unleashEvaluator(routeToFeature(routeOf(routeSpec({ share: 100 }))));
    expect(evaluate({})).toBe('disabled');
    expect(evaluate({ userId: 'tenant-3' })).toBe('disabled');
  });

  it('gives nobody anything while the flag is switched off', () => {
    const evaluate = unleashEvaluator(routeToFeature(routeOf(routeSpec(), 1, false)));
    expect(evaluate({ tenantId: 'tenant-3' })).toBe('disabled');
  });

  it('stands in the order held, rings, share, everyone', () => {
    const roles = routeToStrategies(routeSpec()).map((item) => item.parameters['crossfade.role']);
    expect(roles).toEqual(['pinned', 'quarantined', 'ring', 'share', 'everyone']);
  });

  it.each([
    ['off', 'off'],
    ['shadow', 'shadow'],
    ['rampdown', 'shadow'],
  ] as const)('holds pinned units in the right stage while the base is %s', (baseStage, held) => {
    const [pinned] = routeToStrategies(routeSpec({ baseStage }));
    expect(pinned?.variants).toMatchObject([{ name: held, payload: { value: held } }]);
  });

  it('splits a list that is longer than one constraint may be', () => {
    const pinned = Array.from({ length: 2 * VALUES_PER_CONSTRAINT + 1 }, (_, n) => `t${n}`);
    const strategies = routeToStrategies(routeSpec({ pinned })).filter(
      (item) => item.parameters['crossfade.role'] === 'pinned',
    );
    expect(strategies.map((item) => item.constraints[0]?.values.length)).toEqual([250, 250, 1]);
    expect(new Set(strategies.flatMap((item) => item.constraints[0]?.values))).toEqual(
      new Set(pinned),
    );
  });

  it('fixes salt and stickiness in every strategy, so that no store puts in its own', () => {
    for (const { parameters } of routeToStrategies(routeSpec())) {
      expect(parameters).toMatchObject({ groupId: 'users-birthdate/1', stickiness: 'tenantId' });
    }
  });
});
