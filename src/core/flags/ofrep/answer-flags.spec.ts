import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { arbitrarySpec, arbitraryUnit } from '../../../../test/support/random-route.ts';
import { routeOf } from '../../../../test/support/route-of.ts';
import { stageOfUnit } from '../../stage/stage-of-unit.ts';
import { FeatureEvaluator } from '../evaluation/evaluate-features.ts';
import type { FeatureDefinition } from '../feature.ts';
import { answerFeature } from './answer-feature.ts';
import { answerRoute } from './answer-route.ts';

const world = { now: 0, random: () => 0, hostname: '', regex: () => null };

/** The answer for user 7. */
function answer(feature: Partial<FeatureDefinition>): unknown {
  const whole = { name: 'f', enabled: true, ...feature };
  const evaluator = new FeatureEvaluator({ features: [whole], segments: [] });
  return answerFeature(whole, evaluator.evaluate('f', { userId: '7' }, world)!);
}

const gold = [{ contextName: 'plan', operator: 'IN', values: ['gold'] }];
const share = (rollout: string) => ({
  name: 'flexibleRollout',
  parameters: { rollout, stickiness: 'userId', groupId: 'f' },
});
const paid = (type: string, value: string) => [
  { name: 'v', weight: 1000, payload: { type, value } },
];

describe('a flag without variants', () => {
  it.each([
    ['is off', { enabled: false }, false, 'DISABLED'],
    ['has no strategies', {}, true, 'STATIC'],
    ['is for all', { strategies: [{ name: 'default' }] }, true, 'STATIC'],
    ['is for all by 100 %', { strategies: [share('100')] }, true, 'STATIC'],
    [
      'is for others',
      { strategies: [{ name: 'default', constraints: gold }] },
      false,
      'TARGETING_MATCH',
    ],
    [
      'is for this user',
      { strategies: [{ name: 'userWithId', parameters: { userIds: '7' } }] },
      true,
      'TARGETING_MATCH',
    ],
    ['is for a part', { strategies: [share('99')] }, true, 'SPLIT'],
    ['is for nobody yet', { strategies: [share('0')] }, false, 'SPLIT'],
    ['lacks its parent', { dependencies: [{ feature: 'p' }] }, false, 'DISABLED'],
  ])('that %s', (_words, feature, value, reason) => {
    expect(answer(feature)).toEqual({ key: 'f', value, reason, metadata: {} });
  });
});

describe('a flag with variants', () => {
  it.each([
    ['string', 'red', 'red'],
    ['csv', 'a,b', 'a,b'],
    ['number', '1.5', 1.5],
    ['json', '{"a":[1]}', { a: [1] }],
    ['json', 'false', false],
  ])('has the value of its payload: %s %s', (type, text, value) => {
    expect(answer({ variants: paid(type, text), project: 'shop' })).toEqual({
      key: 'f',
      value,
      variant: 'v',
      reason: 'STATIC',
      metadata: { project: 'shop' },
    });
  });

  it('has the name of its variant where that has no payload', () => {
    const strategies = [{ ...share('100'), variants: [{ name: 'blue', weight: 1 }] }];
    expect(answer({ strategies })).toMatchObject({ value: 'blue', variant: 'blue' });
  });

  it('leaves it to the application while nobody gets one', () => {
    const off = answer({ enabled: false, variants: paid('string', 'x') });
    expect(off).toEqual({ key: 'f', reason: 'DISABLED', metadata: {} });
  });

  it.each([
    ['number', 'many'],
    ['number', ''],
    ['json', '{'],
  ])('that says %s and holds %j is a fault, not a value', (type, text) => {
    const failed = { key: 'f', errorCode: 'PARSE_ERROR', errorDetails: expect.any(String) };
    expect(answer({ variants: paid(type, text) })).toEqual(failed);
  });
});

describe('the flag of a rollout', () => {
  it('has the stage that core/stage decides, for every unit, by field or by targeting key', () => {
    fc.assert(
      fc.property(arbitrarySpec, arbitraryUnit, fc.boolean(), (spec, unit, enabled) => {
        const route = routeOf({ ...spec, enabled });
        const { stage, reason, side } = stageOfUnit(route, unit);
        const byField = answerRoute(route, { properties: { [spec.unitKey]: unit } }, 'nobody');
        expect(answerRoute(route, {}, unit)).toEqual(byField);
        const value = { value: stage, variant: stage, metadata: { side } };
        expect(byField).toMatchObject(reason === 'refused' ? { key: spec.migration } : value);
      }),
    );
  });

  it('needs a unit only where the policy refuses to go without', () => {
    const old = answerRoute(routeOf({ withoutUnit: 'old' }), {}, undefined);
    expect(old).toMatchObject({ value: 'off', reason: 'STATIC' });
    expect(answerRoute(routeOf({ withoutUnit: 'refuse' }), {}, undefined)).toEqual({
      key: 'users-birthdate',
      errorCode: 'TARGETING_KEY_MISSING',
      errorDetails: 'the context names no tenantId and no targetingKey',
    });
  });
});
