import type { FeatureDefinition, FeatureState } from '../feature.ts';
import { OWN_PROJECT, routeToFeature } from '../route-to-feature.ts';
import type { Audience } from './audience.ts';
import { mayRead } from './audience.ts';
import type { CatalogEntry, CatalogItem, FlagCatalog } from './flag-catalog.ts';
import { itemsOf } from './flag-catalog.ts';
import { featureIn } from './managed-feature.ts';

/** All that an audience is served: the flags it may read, and the segments that they use. */
export function servedState(catalog: FlagCatalog, audience: Audience): FeatureState {
  const features = servedFeatures(catalog, audience);
  const used = segmentIdsOf(features);
  const segments = itemsOf(catalog, 'segment')
    .map(({ item: { segment } }) => segment)
    .filter(({ id }) => used.has(id))
    .map(({ id, name, constraints }) => ({ id, name, constraints }));
  return { features, segments };
}

/** The name under which an item is a flag to clients; null when it is none. */
export function featureName(item: CatalogItem): string | null {
  switch (item.kind) {
    case 'route':
      return item.route.migration;
    case 'feature':
      return item.feature.name;
    case 'goneFeature':
      return item.name;
    case 'segment':
    case 'goneSegment':
      return null;
  }
}

/** The segments that these flags refer to. */
export function segmentIdsOf(features: readonly FeatureDefinition[]): ReadonlySet<number> {
  return new Set(
    features.flatMap(({ strategies = [] }) => strategies.flatMap(({ segments = [] }) => segments)),
  );
}

/**
 * One flag per name. Where a rollout moved to a flag of another name both stand in the catalog, and
 * the one that changed last counts; a rollout's flag counts before one that people manage.
 */
function servedFeatures(catalog: FlagCatalog, audience: Audience): readonly FeatureDefinition[] {
  const byName = new Map<string, FeatureDefinition>();
  const ordered = [...catalog.entries.values()].toSorted(
    (a, b) => rankOf(a) - rankOf(b) || a.revision - b.revision,
  );
  for (const { item } of ordered) {
    const feature = servedFeature(item, audience);
    if (feature !== null) byName.set(feature.name, feature);
  }
  return [...byName.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function servedFeature(item: CatalogItem, audience: Audience): FeatureDefinition | null {
  if (item.kind === 'route') {
    return mayRead(audience, OWN_PROJECT) ? routeToFeature(item.route) : null;
  }
  if (item.kind !== 'feature' || !mayRead(audience, item.feature.project)) return null;
  return featureIn(audience.environment, item.feature);
}

function rankOf({ item }: CatalogEntry): number {
  return item.kind === 'route' ? 1 : 0;
}
