import type { ParentDefinition } from './feature.ts';

/** A condition on one field of the context. Crossfade writes `IN` only. */
export interface Constraint {
  readonly contextName: string;
  readonly operator: string;
  readonly values: readonly string[];
  readonly inverted: boolean;
  readonly caseInsensitive: boolean;
}

/** What a strategy answers when it holds. Weights of one strategy add up to 1000. */
export interface StrategyVariant {
  readonly name: string;
  readonly weight: number;
  readonly weightType: 'variable' | 'fix';
  readonly stickiness: string;
  readonly payload?: { readonly type: string; readonly value: string };
}

/**
 * One rule of a feature in Unleash's client API. Rules are tried in order; the first that holds
 * gives its variant. Parameters are strings, whatever they mean.
 */
export interface Strategy {
  readonly name: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly constraints: readonly Constraint[];
  readonly segments: readonly number[];
  readonly variants: readonly StrategyVariant[];
}

/** A feature of `GET /api/client/features`, as Unleash's clients of specification 5.2 read it. */
export interface UnleashFeature {
  readonly name: string;
  readonly type: string;
  readonly description: string | null;
  readonly enabled: boolean;
  readonly project: string;
  readonly stale: boolean;
  readonly impressionData: boolean;
  readonly strategies: readonly Strategy[];
  readonly variants: readonly StrategyVariant[];
  readonly dependencies: readonly ParentDefinition[];
}
