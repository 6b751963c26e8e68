import ClientModule from 'unleash-client/lib/client.js';
import type { FeatureInterface } from 'unleash-client/lib/feature.js';
import type { RepositoryInterface } from 'unleash-client/lib/repository/index.js';
import { defaultStrategies } from 'unleash-client/lib/strategy/index.js';
import type { UnleashFeature } from '../../src/core/flags/unleash-feature.ts';

/** Evaluates a feature by the code of the real unleash-client, without network or timers. */
export function unleashEvaluator(
  feature: UnleashFeature,
): (context: Readonly<Record<string, string>>) => string {
  const toggle = feature as unknown as FeatureInterface;
  const repository = {
    getToggle: (name: string) => (name === toggle.name ? toggle : undefined),
    getSegment: () => undefined,
  } as unknown as RepositoryInterface;
  const client = new ClientModule.default(repository, defaultStrategies);
  return (context) => client.getVariant(toggle.name, { properties: { ...context } }).name;
}
