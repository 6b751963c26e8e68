import type { Route } from '../protocol/route.ts';
import { routeToStrategies } from './route-to-strategies.ts';
import type { UnleashFeature } from './unleash-feature.ts';

/** The one project of Crossfade's own flag service. */
export const OWN_PROJECT = 'default';

/** A route as Crossfade's own flag service serves it; the feature is named after the migration. */
export function routeToFeature(route: Route): UnleashFeature {
  return {
    name: route.migration,
    type: 'operational',
    description: null,
    enabled: route.enabled,
    project: OWN_PROJECT,
    stale: false,
    impressionData: false,
    strategies: routeToStrategies(route),
    variants: [],
    dependencies: [],
  };
}
