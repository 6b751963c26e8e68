import type { FeatureDefinition, FeatureState, SegmentDefinition } from '../feature.ts';
import type { Audience } from './audience.ts';
import { mayRead } from './audience.ts';
import type { CatalogEntry, FlagCatalog } from './flag-catalog.ts';
import { featureName, segmentIdsOf } from './served-state.ts';

/** An event of Unleash's delta API: `eventId` is the revision of the change. */
export type DeltaEvent =
  | {
      readonly type: 'hydration';
      readonly eventId: number;
      readonly features: readonly FeatureDefinition[];
      readonly segments: readonly SegmentDefinition[];
    }
  | {
      readonly type: 'feature-updated';
      readonly eventId: number;
      readonly feature: FeatureDefinition;
    }
  | {
      readonly type: 'feature-removed';
      readonly eventId: number;
      readonly featureName: string;
      readonly project: string;
    }
  | {
      readonly type: 'segment-updated';
      readonly eventId: number;
      readonly segment: SegmentDefinition;
    }
  | { readonly type: 'segment-removed'; readonly eventId: number; readonly segmentId: number };

/**
 * What an audience that holds `revision` must be told to hold the catalog: nothing, the changes, or
 * everything when that revision is unknown here, as after a restore of the database. `null` asks for
 * everything. `state` is the catalog as served to the audience.
 *
 * Segments come before the flags that use them, also those that only became of use: a client
 * without them would evaluate the flag to false.
 */
export function deltaSince(
  catalog: FlagCatalog,
  audience: Audience,
  state: FeatureState,
  revision: number | null,
): readonly DeltaEvent[] {
  if (revision === catalog.revision) return [];
  if (revision === null || revision < 1 || revision > catalog.revision) {
    return [{ type: 'hydration', eventId: catalog.revision, ...state }];
  }
  const changed = [...catalog.entries.values()]
    .filter((entry) => entry.revision > revision)
    .toSorted((a, b) => a.revision - b.revision);
  const served = new Map(state.features.map((feature) => [feature.name, feature]));
  return [
    ...segmentEvents(catalog, state, changed, served),
    ...changed.flatMap((entry) => featureEvents(entry, audience, served)),
    ...changed.flatMap(goneSegmentEvents),
  ];
}

type Served = ReadonlyMap<string, FeatureDefinition>;

/** Segments that changed, and those of flags that did. */
function segmentEvents(
  catalog: FlagCatalog,
  state: FeatureState,
  changed: readonly CatalogEntry[],
  served: Served,
): readonly DeltaEvent[] {
  const features = changed.map((entry) => served.get(featureName(entry.item) ?? ''));
  const wanted = new Set([
    ...segmentIdsOf(features.filter((feature) => feature !== undefined)),
    ...changed.flatMap(({ item }) => (item.kind === 'segment' ? [item.segment.id] : [])),
  ]);
  return state.segments
    .filter(({ id }) => wanted.has(id))
    .map((segment) => {
      const eventId = catalog.entries.get(`segment ${segment.id}`)?.revision ?? catalog.revision;
      return { type: 'segment-updated', eventId, segment };
    });
}

/** The flag as it is served now, whichever item of that name changed. */
function featureEvents(
  { item, revision: eventId }: CatalogEntry,
  audience: Audience,
  served: Served,
): readonly DeltaEvent[] {
  const name = featureName(item);
  if (name === null) return [];
  const feature = served.get(name);
  if (feature !== undefined) return [{ type: 'feature-updated', eventId, feature }];
  if (item.kind !== 'goneFeature' || !mayRead(audience, item.project)) return [];
  return [{ type: 'feature-removed', eventId, featureName: name, project: item.project }];
}

function goneSegmentEvents({ item, revision: eventId }: CatalogEntry): readonly DeltaEvent[] {
  if (item.kind !== 'goneSegment') return [];
  return [{ type: 'segment-removed', eventId, segmentId: item.id }];
}
