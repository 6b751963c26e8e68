import type { Route } from '../../protocol/route.ts';
import type { StageReason } from '../../stage/stage-of-unit.ts';
import { stageOfUnit } from '../../stage/stage-of-unit.ts';
import type { EvaluationContext } from '../evaluation/evaluation-context.ts';
import { contextValue } from '../evaluation/evaluation-context.ts';
import type { OfrepAnswer, OfrepReason } from './ofrep-answer.ts';

const REASONS: Readonly<Record<StageReason, OfrepReason>> = {
  disabled: 'DISABLED',
  complete: 'STATIC',
  withoutUnit: 'STATIC',
  refused: 'UNKNOWN',
  pinned: 'TARGETING_MATCH',
  quarantined: 'TARGETING_MATCH',
  ring: 'TARGETING_MATCH',
  share: 'SPLIT',
  base: 'SPLIT',
};

/**
 * A rollout's flag as OpenFeature sees it: the stage as text. The unit is the field that the policy
 * names or, without it, the targeting key.
 */
export function answerRoute(
  route: Route,
  context: EvaluationContext,
  targetingKey: string | undefined,
): OfrepAnswer {
  const { migration: key, unitKey, revision } = route;
  const unit = contextValue(context, unitKey) ?? targetingKey;
  const { stage, side, cohort, reason } = stageOfUnit(route, unit);
  if (reason === 'refused') {
    const errorDetails = `the context names no ${unitKey} and no targetingKey`;
    return { key, errorCode: 'TARGETING_KEY_MISSING', errorDetails };
  }
  const metadata = { migration: key, revision, side, cohort };
  return { key, value: stage, reason: REASONS[reason], variant: stage, metadata };
}
