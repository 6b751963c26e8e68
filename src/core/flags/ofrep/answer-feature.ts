import type { Evaluation } from '../evaluation/evaluate-features.ts';
import type { FeatureDefinition, PayloadDefinition, StrategyDefinition } from '../feature.ts';
import type { OfrepAnswer, OfrepReason } from './ofrep-answer.ts';

/**
 * A flag as OpenFeature sees it. One without variants is a truth value. One with variants has the
 * payload of its variant as value, or the variant's name where there is none; while no variant is
 * given it has no value, so that the application's default counts.
 */
export function answerFeature(feature: FeatureDefinition, evaluation: Evaluation): OfrepAnswer {
  const { name: key, project } = feature;
  const reason = reasonOf(feature, evaluation);
  const metadata = project === undefined ? {} : { project };
  if (!hasVariants(feature)) return { key, value: evaluation.enabled, reason, metadata };
  const { variant } = evaluation;
  if (variant === null) return { key, reason, metadata };
  const { name, payload } = variant;
  if (payload === undefined) return { key, value: name, reason, variant: name, metadata };
  const value = valueOf(payload);
  if (value !== undefined) return { key, value, reason, variant: name, metadata };
  const errorDetails = `the payload of the variant "${name}" is no ${payload.type}`;
  return { key, errorCode: 'PARSE_ERROR', errorDetails };
}

function hasVariants({ variants = [], strategies = [] }: FeatureDefinition): boolean {
  return variants.length > 0 || strategies.some((strategy) => (strategy.variants ?? []).length > 0);
}

/** Undefined when the text is not what its type says. */
function valueOf({ type, value }: PayloadDefinition): unknown {
  switch (type) {
    case 'number': {
      const number = Number(value);
      return value.trim() === '' || !Number.isFinite(number) ? undefined : number;
    }
    case 'json':
      try {
        return JSON.parse(value);
      } catch {
        return undefined;
      }
    default:
      return value;
  }
}

function reasonOf(feature: FeatureDefinition, evaluation: Evaluation): OfrepReason {
  const { strategies = [], variants = [] } = feature;
  switch (evaluation.reason) {
    case 'disabled':
    case 'parent':
      return 'DISABLED';
    case 'everybody':
      return variants.length > 1 ? 'SPLIT' : 'STATIC';
    case 'strategy':
      return reasonOfStrategy(feature, evaluation.strategy);
    case 'nobody':
      return strategies.some((item) => isSplit(item, feature)) ? 'SPLIT' : 'TARGETING_MATCH';
  }
}

function reasonOfStrategy(
  feature: FeatureDefinition,
  strategy: StrategyDefinition | null,
): OfrepReason {
  if (strategy === null || isForAll(strategy, feature)) return 'STATIC';
  return isSplit(strategy, feature) ? 'SPLIT' : 'TARGETING_MATCH';
}

function isSplit(
  { name, parameters = {}, variants = [] }: StrategyDefinition,
  feature: FeatureDefinition,
): boolean {
  const share = parameters['rollout'] ?? parameters['percentage'];
  const partial = share !== undefined && share !== '100' && /rollout/i.test(name);
  return partial || variants.length > 1 || (feature.variants ?? []).length > 1;
}

function isForAll(strategy: StrategyDefinition, feature: FeatureDefinition): boolean {
  const { name, constraints = [], segments = [] } = strategy;
  const selective = constraints.length > 0 || segments.length > 0 || isSplit(strategy, feature);
  return !selective && /^(?:default|flexibleRollout|gradualRollout.*)$/.test(name);
}
