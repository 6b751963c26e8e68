import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { unleashEvaluatorOf } from '../../../../test/support/unleash-evaluator.ts';
import type { FeatureState, StrategyDefinition, VariantDefinition } from '../feature.ts';
import { FeatureEvaluator, variantAnswer } from './evaluate-features.ts';
import type { EvaluationContext } from './evaluation-context.ts';

const world = { now: 0, random: () => 0, hostname: '', regex: () => null };

const field = fc.constantFrom('userId', 'sessionId', 'tenantId', 'remoteAddress', 'plan');
const word = fc.constantFrom('1', '7', 'acme', 'Äpfel', '10.0.0.1', '2026', '1.2.3', '');
const percent = fc.nat({ max: 100 }).map(String);

const constraint = fc.record({
  contextName: field,
  operator: fc.constantFrom(
    'IN',
    'NOT_IN',
    'STR_CONTAINS',
    'STR_STARTS_WITH',
    'STR_ENDS_WITH',
    'NUM_EQ',
    'NUM_GT',
    'NUM_LTE',
    'SEMVER_EQ',
    'SEMVER_GT',
    'SEMVER_LTE',
    'IN_CIDR',
    'INVENTED',
  ),
  values: fc.array(word, { maxLength: 3 }),
  value: word,
  inverted: fc.boolean(),
  caseInsensitive: fc.boolean(),
});

const variant: fc.Arbitrary<VariantDefinition> = fc.record({
  name: fc.constantFrom('red', 'green', 'blue'),
  weight: fc.constantFrom(0, 1, 333, 1000),
  stickiness: fc.constantFrom('userId', 'tenantId'),
  overrides: fc.array(fc.record({ contextName: field, values: fc.array(word, { maxLength: 2 }) }), {
    maxLength: 1,
  }),
});

const strategy: fc.Arbitrary<StrategyDefinition> = fc.record({
  name: fc.constantFrom(
    'default',
    'userWithId',
    'flexibleRollout',
    'gradualRolloutUserId',
    'gradualRolloutSessionId',
    'remoteAddress',
    'invented',
  ),
  parameters: fc.record({
    rollout: percent,
    percentage: percent,
    groupId: fc.constantFrom('g', 'Füße'),
    stickiness: fc.constantFrom('userId', 'tenantId', 'plan'),
    userIds: fc.constantFrom('', '1', '1, 7,acme'),
    IPs: fc.constantFrom('', '10.0.0.0/8, 1.2.3.4', '10.0.0.1'),
  }),
  constraints: fc.array(constraint, { maxLength: 2 }),
  segments: fc.array(fc.constantFrom(1, 2, 3), { maxLength: 1 }),
  variants: fc.array(variant, { maxLength: 3 }),
});

const state: fc.Arbitrary<FeatureState> = fc.record({
  features: fc.tuple(feature('parent'), feature('child'), feature('grandchild')),
  segments: fc.tuple(segment(1), segment(2)),
});

function feature(name: string): fc.Arbitrary<FeatureState['features'][number]> {
  return fc.record({
    name: fc.constant(name),
    enabled: fc.constantFrom(true, true, true, false),
    strategies: fc.array(strategy, { maxLength: 3 }),
    variants: fc.array(variant, { maxLength: 2 }),
    dependencies: fc.constantFrom(
      [],
      name === 'parent' ? [] : [{ feature: name === 'child' ? 'parent' : 'child' }],
      name === 'child' ? [{ feature: 'parent', enabled: false }] : [],
      name === 'child' ? [{ feature: 'parent', variants: ['red'] }] : [],
      name === 'child' ? [{ feature: 'missing' }] : [],
    ),
  });
}

function segment(id: number): fc.Arbitrary<FeatureState['segments'][number]> {
  return fc.array(constraint, { maxLength: 2 }).map((constraints) => ({ id, constraints }));
}

/** Everything that something could stick to is given: chance is nobody's to compare. */
const context: fc.Arbitrary<EvaluationContext> = fc.record({
  userId: fc.constantFrom('1', '7', 'acme'),
  sessionId: fc.constantFrom('1', 'Äpfel'),
  remoteAddress: fc.constantFrom('10.0.0.1', '11.0.0.1', '::1', 'nowhere'),
  properties: fc.record({
    tenantId: fc.constantFrom('1', 'acme', 'Äpfel'),
    plan: fc.constantFrom('2026', '1.2.3', 'Acme'),
  }),
});

describe('FeatureEvaluator', () => {
  it('answers as the real unleash-client does, whatever the flags and the context', () => {
    fc.assert(
      fc.property(state, context, (flags, asked) => {
        const theirs = unleashEvaluatorOf(flags);
        const ours = new FeatureEvaluator(flags);
        for (const { name } of flags.features) {
          const seen = ours.evaluate(name, asked, world);
          const answer = seen === null ? null : variantAnswer(seen);
          expect(answer).toEqual(theirs(name, asked));
        }
      }),
      { numRuns: 3_000 },
    );
  });
});
