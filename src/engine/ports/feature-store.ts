import type { ManagedFeature, ManagedSegment } from '../../core/flags/catalog/managed-feature.ts';

/** One change of a flag that people manage, or of what such flags are made of. */
export type FeatureWrite =
  | {
      readonly kind: 'putFeature';
      readonly feature: ManagedFeature;
      /** The revision that it must still have, 0 for a flag that must not exist; any when not given. */
      readonly expected?: number;
    }
  | { readonly kind: 'removeFeature'; readonly name: string; readonly expected?: number }
  | { readonly kind: 'putSegment'; readonly segment: ManagedSegment }
  | { readonly kind: 'removeSegment'; readonly id: number }
  | { readonly kind: 'putProject'; readonly name: string }
  | { readonly kind: 'putEnvironment'; readonly name: string };

/** Where flags can be: names, in alphabetical order. */
export interface FeaturePlaces {
  readonly projects: readonly string[];
  readonly environments: readonly string[];
}

/** Keeps the flags that people manage. They are read through `FlagFeed`. */
export abstract class FeatureStore {
  /**
   * Makes all changes, or none. Each is audited under `by`. Throws `conflict` when a revision is not
   * the expected one, `refused` when a rollout has a flag of that name, or when a segment that is to
   * go is in use, `notFound` for what is not there, `invalidInput` for an unknown project or
   * environment.
   */
  abstract write(writes: readonly FeatureWrite[], by: string): Promise<void>;

  abstract places(): Promise<FeaturePlaces>;
}
