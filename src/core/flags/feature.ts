/**
 * Flags as Unleash's client API carries them (specification 5.2 and older): what may be left out is
 * optional. The rollouts' own flags, `UnleashFeature`, are a part of this.
 */

/** A condition on one field of the context. Older operators use `values`, the others `value`. */
export interface ConstraintDefinition {
  readonly contextName: string;
  readonly operator: string;
  readonly values?: readonly string[];
  readonly value?: string;
  readonly inverted?: boolean;
  readonly caseInsensitive?: boolean;
}

/** Contexts that get a variant whatever their bucket. */
export interface OverrideDefinition {
  readonly contextName: string;
  readonly values: readonly string[];
}

export interface PayloadDefinition {
  /** `string`, `number`, `json` or `csv`; the value is text in any case. */
  readonly type: string;
  readonly value: string;
}

/** One of several answers; weights count relative to each other, 0 is never drawn. */
export interface VariantDefinition {
  readonly name: string;
  readonly weight: number;
  readonly weightType?: string;
  readonly stickiness?: string;
  readonly payload?: PayloadDefinition;
  readonly overrides?: readonly OverrideDefinition[];
}

/** One rule. Parameters are strings, whatever they mean; segments are ids. */
export interface StrategyDefinition {
  readonly name: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly constraints?: readonly ConstraintDefinition[];
  readonly segments?: readonly number[];
  readonly variants?: readonly VariantDefinition[];
}

/** A flag that another one depends on: enabled (or, on request, not), with one of these variants. */
export interface ParentDefinition {
  readonly feature: string;
  readonly enabled?: boolean;
  readonly variants?: readonly string[];
}

/** A flag in one environment. Without strategies it is on for everybody as soon as it is enabled. */
export interface FeatureDefinition {
  readonly name: string;
  readonly enabled: boolean;
  readonly type?: string;
  readonly description?: string | null;
  readonly project?: string;
  readonly stale?: boolean;
  readonly impressionData?: boolean;
  readonly strategies?: readonly StrategyDefinition[];
  readonly variants?: readonly VariantDefinition[];
  readonly dependencies?: readonly ParentDefinition[];
}

/** Constraints by a name of their own, shared by strategies. */
export interface SegmentDefinition {
  readonly id: number;
  readonly name?: string;
  readonly constraints: readonly ConstraintDefinition[];
}

/** All flags of one environment, as a client holds them. */
export interface FeatureState {
  readonly features: readonly FeatureDefinition[];
  readonly segments: readonly SegmentDefinition[];
}
