import { CrossfadeError } from '../../core/errors.ts';
import type { StoredStrategy } from '../../core/flags/strategy-changes.ts';

/** One environment of a flag, as the Admin API shows it. */
export interface StoredFlag {
  readonly enabled: boolean;
  /** In the order in which they are tried. */
  readonly strategies: readonly StoredStrategy[];
  /** Flags that this one depends on: a parent that is off switches it off. */
  readonly parents: readonly string[];
}

/** Body of `GET projects/:project/features/:name`, as far as it is read. */
interface FeatureBody {
  readonly environments?: readonly {
    readonly name: string;
    readonly enabled: boolean;
    readonly strategies: readonly StoredStrategy[];
  }[];
  readonly dependencies?: readonly { readonly feature: string }[];
}

/** Picks one environment. Throws `invalidInput` when the project does not have it. */
export function storedFlag(name: string, body: unknown, environment: string): StoredFlag {
  const feature = body as FeatureBody;
  const environments = feature.environments ?? [];
  const found = environments.find((item) => item.name === environment);
  if (found === undefined) {
    const known = environments.map((item) => `"${item.name}"`).join(', ');
    throw new CrossfadeError(
      'invalidInput',
      `flag "${name}" has no environment "${environment}" in Unleash; its project has ${known}`,
    );
  }
  return {
    enabled: found.enabled,
    strategies: found.strategies.map(complete).toSorted((a, b) => a.sortOrder - b.sortOrder),
    parents: (feature.dependencies ?? []).map((parent) => parent.feature),
  };
}

/** Older servers leave out what is empty. */
function complete(strategy: Partial<StoredStrategy> & { readonly id: string }): StoredStrategy {
  return {
    id: strategy.id,
    name: strategy.name ?? '',
    disabled: strategy.disabled ?? false,
    sortOrder: strategy.sortOrder ?? 0,
    parameters: strategy.parameters ?? {},
    constraints: (strategy.constraints ?? []).map((item) => ({
      contextName: item.contextName,
      operator: item.operator,
      values: item.values ?? [],
      inverted: item.inverted ?? false,
      caseInsensitive: item.caseInsensitive ?? false,
    })),
    segments: strategy.segments ?? [],
    variants: strategy.variants ?? [],
  };
}
