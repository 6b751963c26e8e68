import type { Context } from 'unleash-client';
import ClientModule from 'unleash-client/lib/client.js';
import type { FeatureInterface } from 'unleash-client/lib/feature.js';
import type { RepositoryInterface } from 'unleash-client/lib/repository/index.js';
import { defaultStrategies } from 'unleash-client/lib/strategy/index.js';
import type { VariantAnswer } from '../../src/core/flags/evaluation/evaluate-features.ts';
import type { EvaluationContext } from '../../src/core/flags/evaluation/evaluation-context.ts';
import type { FeatureState } from '../../src/core/flags/feature.ts';
import type { UnleashFeature } from '../../src/core/flags/unleash-feature.ts';

/** Evaluates one flag for contexts that consist of properties only: the name of its variant. */
export function unleashEvaluator(
  feature: UnleashFeature,
): (properties: Readonly<Record<string, string>>) => string {
  const evaluate = unleashEvaluatorOf({ features: [feature], segments: [] });
  return (properties) => evaluate(feature.name, { properties }).name;
}

/** Evaluates flags by the code of the real unleash-client, without network or timers. */
export function unleashEvaluatorOf(
  state: FeatureState,
): (flag: string, context: EvaluationContext) => VariantAnswer {
  const features = new Map(state.features.map((feature) => [feature.name, feature]));
  const segments = new Map(state.segments.map((segment) => [segment.id, segment]));
  const repository = {
    getToggle: (name: string) => features.get(name) as unknown as FeatureInterface | undefined,
    getSegment: (id: number) => segments.get(id),
  } as unknown as RepositoryInterface;
  const client = new ClientModule.default(repository, defaultStrategies);
  return (flag, context) => {
    const { name, enabled, payload, feature_enabled } = client.getVariant(
      flag,
      context as unknown as Context,
    );
    const answer = { name, enabled, feature_enabled: feature_enabled ?? false };
    return payload === undefined ? answer : { ...answer, payload };
  };
}
