import type {
  FeatureDefinition,
  FeatureState,
  ParentDefinition,
  PayloadDefinition,
  SegmentDefinition,
  StrategyDefinition,
  VariantDefinition,
} from '../feature.ts';
import type { EvaluationContext, EvaluationWorld } from './evaluation-context.ts';
import { constraintHolds } from './operators.ts';
import { selectVariant } from './select-variant.ts';
import { strategyHolds } from './strategy-holds.ts';

/** Why a flag is on or off. */
export type EvaluationReason =
  | 'disabled'
  /** A flag that it depends on is not as it should be. */
  | 'parent'
  /** It has no strategies, so it is on for everybody. */
  | 'everybody'
  | 'strategy'
  /** No strategy holds. */
  | 'nobody';

/** What a flag is for one context. */
export interface Evaluation {
  readonly enabled: boolean;
  readonly reason: EvaluationReason;
  /** The strategy that held. */
  readonly strategy: StrategyDefinition | null;
  readonly variant: VariantDefinition | null;
}

/** A variant as Unleash's clients are told it; `disabled` when there is none. */
export interface VariantAnswer {
  readonly name: string;
  readonly enabled: boolean;
  readonly payload?: PayloadDefinition;
  readonly feature_enabled: boolean;
}

/** Evaluates the flags of one state. Prepared once per state, used for any number of contexts. */
export class FeatureEvaluator {
  readonly #features: ReadonlyMap<string, FeatureDefinition>;
  readonly #segments: ReadonlyMap<number, SegmentDefinition>;

  constructor(state: FeatureState) {
    this.#features = new Map(state.features.map((feature) => [feature.name, feature]));
    this.#segments = new Map(state.segments.map((segment) => [segment.id, segment]));
  }

  /** The flag for a context; null when there is no such flag. */
  evaluate(name: string, context: EvaluationContext, world: EvaluationWorld): Evaluation | null {
    const feature = this.#features.get(name);
    return feature === undefined ? null : this.#evaluate(feature, context, world);
  }

  #evaluate(
    feature: FeatureDefinition,
    context: EvaluationContext,
    world: EvaluationWorld,
  ): Evaluation {
    if (!feature.enabled) return off('disabled');
    const { dependencies = [], strategies = [], variants = [] } = feature;
    if (!dependencies.every((parent) => this.#isSatisfied(parent, context, world))) {
      return off('parent');
    }
    const ofFeature = (): VariantDefinition | null => {
      const sticking = { groupId: feature.name, stickiness: variants[0]?.stickiness };
      return selectVariant(variants, sticking, context, world);
    };
    if (strategies.length === 0) {
      return { enabled: true, reason: 'everybody', strategy: null, variant: ofFeature() };
    }
    const strategy = strategies.find((item) => this.#holds(item, context, world));
    if (strategy === undefined) return off('nobody');
    const variant = ofStrategy(strategy, context, world) ?? ofFeature();
    return { enabled: true, reason: 'strategy', strategy, variant };
  }

  #holds(
    strategy: StrategyDefinition,
    context: EvaluationContext,
    world: EvaluationWorld,
  ): boolean {
    const { name, parameters = {}, constraints = [], segments = [] } = strategy;
    const shared = segments.map((id) => this.#segments.get(id)?.constraints);
    return (
      constraints.every((item) => constraintHolds(item, context, world)) &&
      // Of a segment that is not there nobody knows whom it would leave out.
      shared.every((list) => list?.every((item) => constraintHolds(item, context, world))) &&
      strategyHolds(name, parameters, context, world)
    );
  }

  /** A parent that depends on another one itself, or that nobody knows, is never satisfied. */
  #isSatisfied(
    { feature: name, enabled = true, variants = [] }: ParentDefinition,
    context: EvaluationContext,
    world: EvaluationWorld,
  ): boolean {
    const parent = this.#features.get(name);
    if (parent === undefined || (parent.dependencies ?? []).length > 0) return false;
    const seen = this.#evaluate(parent, context, world);
    if (!enabled) return !seen.enabled;
    if (variants.length === 0) return seen.enabled;
    return seen.enabled && variants.includes(variantAnswer(seen).name);
  }
}

/** What a client is told as the variant. */
export function variantAnswer({ enabled, variant }: Evaluation): VariantAnswer {
  if (variant === null) return { name: 'disabled', enabled: false, feature_enabled: enabled };
  const { name, payload } = variant;
  const answer = { name, enabled: true, feature_enabled: enabled };
  return payload === undefined ? answer : { ...answer, payload };
}

function ofStrategy(
  { parameters = {}, variants = [] }: StrategyDefinition,
  context: EvaluationContext,
  world: EvaluationWorld,
): VariantDefinition | null {
  const sticking = {
    groupId: parameters['groupId'] ?? '',
    stickiness: variants[0]?.stickiness ?? parameters['stickiness'],
  };
  return selectVariant(variants, sticking, context, world);
}

function off(reason: EvaluationReason): Evaluation {
  return { enabled: false, reason, strategy: null, variant: null };
}
