import type { StrategyDefinition } from '../feature.ts';
import { type FlagCatalog, itemsOf } from './flag-catalog.ts';
import type { ManagedFeature, ManagedSegment, ManagedStrategy } from './managed-feature.ts';

/** A strategy as Unleash's export has it: in a list of its own, under the name of its flag. */
export interface ExportedStrategy extends Required<StrategyDefinition> {
  readonly id: string;
  readonly featureName: string;
  readonly title: string;
  readonly disabled: boolean;
  readonly sortOrder: number;
}

/** One environment of people's flags, in the form of Unleash's `features-batch/export`. */
export interface UnleashExport {
  readonly features: readonly Pick<
    ManagedFeature,
    'name' | 'project' | 'type' | 'description' | 'stale' | 'impressionData'
  >[];
  readonly featureStrategies: readonly ExportedStrategy[];
  readonly featureEnvironments: readonly {
    /** The flag's, as Unleash wants it. */
    readonly name: string;
    readonly featureName: string;
    readonly environment: string;
    readonly enabled: boolean;
    readonly variants: ManagedFeature['environments'][string]['variants'];
  }[];
  readonly contextFields: readonly never[];
  readonly featureTags: readonly {
    readonly featureName: string;
    readonly tagType: string;
    readonly tagValue: string;
  }[];
  readonly tagTypes: readonly { readonly name: string }[];
  readonly segments: readonly Pick<ManagedSegment, 'id' | 'name'>[];
  readonly dependencies: readonly {
    readonly feature: string;
    readonly dependencies: ManagedFeature['dependencies'];
  }[];
}

/**
 * People's flags of one environment, for Unleash or for another Crossfade. Segments are named, as in
 * Unleash's own export: they must exist there by these names.
 */
export function unleashExport(
  catalog: FlagCatalog,
  environment: string,
  project: string | null,
): UnleashExport {
  const features = itemsOf(catalog, 'feature')
    .map(({ item }) => item.feature)
    .filter((feature) => project === null || feature.project === project)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const strategies = features.flatMap((feature) => strategiesOf(feature, environment));
  const used = new Set(strategies.flatMap(({ segments }) => segments));
  const tags = features.flatMap(tagsOf);
  return {
    features: features.map(
      ({ name, project: place, type, description, stale, impressionData }) => ({
        name,
        project: place,
        type,
        description,
        stale,
        impressionData,
      }),
    ),
    featureStrategies: strategies,
    featureEnvironments: features.map(({ name, environments }) => ({
      name,
      featureName: name,
      environment,
      enabled: environments[environment]?.enabled ?? false,
      variants: environments[environment]?.variants ?? [],
    })),
    contextFields: [],
    featureTags: tags,
    tagTypes: [...new Set(tags.map(({ tagType }) => tagType))].map((name) => ({ name })),
    segments: itemsOf(catalog, 'segment')
      .map(({ item }) => item.segment)
      .filter(({ id }) => used.has(id))
      .map(({ id, name }) => ({ id, name })),
    dependencies: features
      .filter(({ dependencies }) => dependencies.length > 0)
      .map(({ name, dependencies }) => ({ feature: name, dependencies })),
  };
}

function strategiesOf(feature: ManagedFeature, environment: string): readonly ExportedStrategy[] {
  const strategies = feature.environments[environment]?.strategies ?? [];
  return strategies.map((strategy: ManagedStrategy, place) => ({
    id: `${feature.name}-${place}`,
    featureName: feature.name,
    name: strategy.name,
    title: strategy.title ?? '',
    disabled: strategy.disabled ?? false,
    sortOrder: place,
    parameters: strategy.parameters ?? {},
    constraints: strategy.constraints ?? [],
    segments: strategy.segments ?? [],
    variants: strategy.variants ?? [],
  }));
}

function tagsOf({ name, tags }: ManagedFeature): UnleashExport['featureTags'] {
  return tags.map((tag) => {
    const [tagType = '', ...rest] = tag.split(':');
    return { featureName: name, tagType, tagValue: rest.join(':') };
  });
}
