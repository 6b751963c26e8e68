import type {
  FeatureDefinition,
  ParentDefinition,
  SegmentDefinition,
  StrategyDefinition,
  VariantDefinition,
} from '../feature.ts';

/** A rule as people keep it: with a title, and not served while it is disabled. */
export interface ManagedStrategy extends StrategyDefinition {
  readonly title?: string;
  readonly disabled?: boolean;
}

/** What a flag is in one environment. */
export interface ManagedEnvironment {
  readonly enabled: boolean;
  /** In the order in which they are tried. */
  readonly strategies: readonly ManagedStrategy[];
  readonly variants: readonly VariantDefinition[];
}

/** A flag that people manage; the flags of rollouts are the rollouts' own. */
export interface ManagedFeature {
  readonly name: string;
  readonly project: string;
  /** `release`, `experiment`, `operational`, `kill-switch` or `permission`; for people only. */
  readonly type: string;
  readonly description: string | null;
  readonly stale: boolean;
  readonly impressionData: boolean;
  /** `TYPE:VALUE`, by which clients may narrow what they fetch. */
  readonly tags: readonly string[];
  readonly dependencies: readonly ParentDefinition[];
  /** By the environment's name. An environment that is not listed has it switched off. */
  readonly environments: Readonly<Record<string, ManagedEnvironment>>;
}

/** Constraints by a name of their own, of use to any flag. */
export interface ManagedSegment extends SegmentDefinition {
  readonly name: string;
  readonly description: string | null;
}

/** A flag as the clients of one environment are served it. */
export function featureIn(environment: string, feature: ManagedFeature): FeatureDefinition {
  const { name, type, description, project, stale, impressionData, dependencies } = feature;
  const there = Object.hasOwn(feature.environments, environment)
    ? feature.environments[environment]
    : undefined;
  const strategies = (there?.strategies ?? []).filter(({ disabled }) => disabled !== true);
  return {
    name,
    type,
    description,
    // Without any strategy a flag is on for everybody: that must not come of disabling them all.
    enabled: there !== undefined && there.enabled && !allDisabled(there),
    project,
    stale,
    impressionData,
    strategies: strategies.map(({ title: _title, disabled: _disabled, ...served }) => served),
    variants: there?.variants ?? [],
    dependencies,
  };
}

function allDisabled({ strategies }: ManagedEnvironment): boolean {
  return strategies.length > 0 && strategies.every(({ disabled }) => disabled === true);
}
