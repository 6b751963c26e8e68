import { describe, expect, it } from '@jest/globals';
import { stateOf } from '../../../../test/support/apply-events.ts';
import {
  answerTo,
  type Evaluating,
  specifications,
  specifiedCases,
} from '../../../../test/support/client-specification.ts';
import { linearRegex } from '../../../server/flags/linear-regex.ts';
import { type Evaluation, FeatureEvaluator, variantAnswer } from './evaluate-features.ts';
import type { EvaluationContext, EvaluationWorld } from './evaluation-context.ts';

const unknown = { enabled: false, reason: 'nobody', strategy: null, variant: null } as const;
const world: EvaluationWorld = {
  now: Date.parse('2026-11-21T12:00:00Z'),
  random: () => 0.5,
  hostname: 'here',
  regex: linearRegex,
};

it('is measured by the whole specification', () => {
  expect(specifications).toHaveLength(22);
  expect(specifiedCases).toBe(279);
});

describe.each(specifications)('$name', ({ state, cases }) => {
  const evaluator = new FeatureEvaluator(stateOf(state));
  const evaluate = (flag: string, context: EvaluationContext): Evaluation =>
    evaluator.evaluate(flag, context, world) ?? unknown;
  const ours: Evaluating = {
    isEnabled: (flag, context) => evaluate(flag, context).enabled,
    getVariant: (flag, context) => variantAnswer(evaluate(flag, context)),
  };

  it.each(cases)('$description', (specified) => {
    expect(answerTo(specified, ours)).toEqual(specified.expectedResult);
  });
});
